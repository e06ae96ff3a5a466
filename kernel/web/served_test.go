package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"sameboat/kernel/fault"
)

// TestARequestIsNamedEverywhere: the id in the header is the one on the page and
// in every line that was logged for the request, and what is observed is bounded.
func TestARequestIsNamedEverywhere(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var seen []Served
	logger := slog.New(NameRequests(slog.NewTextHandler(&log, nil))).With("node", "one")
	site := testSite(t, Options{Log: logger, Observe: func(s Served) { seen = append(seen, s) }}, nil)
	site.Get("room.page", "/page/{id}", Open, func(_ http.ResponseWriter, r *http.Request) error {
		logger.WarnContext(r.Context(), "halfway")
		return fault.Wrap(fault.Internal, "fault.internal", errors.New("broken"))
	})
	page := ask(site, "GET", "/page/7", "", "Accept", "text/html")
	id := page.Header().Get(RequestHeader)
	if len(id) < 10 || !strings.Contains(page.Body.String(), id) {
		t.Errorf("the page does not show the id %q of its header", id)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("logged: %q", lines)
	}
	for _, line := range lines {
		if strings.Count(line, "id="+id) != 1 {
			t.Errorf("the id %s does not stand once in %q", id, line)
		}
	}
	ask(site, "GET", "/page/8", "")
	ask(site, "BREW", "/a/pot/of/tea", "")
	if other := ask(site, "GET", "/page/7", "").Header().Get(RequestHeader); other == id {
		t.Error("two requests have one id")
	}
	if len(seen) != 4 || seen[0].Route != "/page/{id}" || seen[0].Class != "5xx" || seen[1].Route != seen[0].Route || seen[2].Route != "none" || seen[2].Method != "other" || seen[2].Class != "4xx" {
		t.Errorf("observed %+v", seen)
	}
}
