package web

import "net/http"

// Sheet is what the style page shows.
type Sheet struct{ Chips []Chip }

func newSheet(p printer) *Sheet { return &Sheet{} }

func showStyle(w http.ResponseWriter, r *http.Request) error {
	v := VisitOf(r)
	return Render(w, r, http.StatusOK, "web/style", Page{Title: v.T("web.style.title"), NoIndex: true, Data: newSheet(v.Printer)})
}
