package web

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// ownRoutes declares what every site answers by itself.
func (s *Site) ownRoutes() {
	s.Get("web.asset", "/assets/{hash}/{name...}", Open, s.assets.serve)
	s.Get("web.health", "/healthz", Open, showHealth)
	s.Get("web.robots", "/robots.txt", Open, s.showRobots)
	s.Get("web.manifest", "/manifest.webmanifest", Open, s.showManifest)
	s.Get("web.favicon", "/favicon.ico", Open, s.showFavicon)
	s.Get("web.style", "/style", Open, showStyle)
}

// showHealth says that the process answers, and does not ask the database, so
// that a load balancer does not empty the house when one part is away.
func showHealth(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // the client is gone; there is nobody left to tell
	return nil
}

func (s *Site) showRobots(w http.ResponseWriter, r *http.Request) error {
	return Send(w, r, "text/plain; charset=utf-8", false, []byte("User-agent: *\nDisallow: /api/\nDisallow: /sign-in\nDisallow: /style\n"))
}

func (s *Site) showManifest(w http.ResponseWriter, r *http.Request) error {
	v := VisitOf(r)
	icon, err := s.assets.href("mark.svg")
	if err != nil {
		return err
	}
	raw, err := json.Marshal(map[string]any{
		"name": cmp.Or(s.Operator().NameIn(v.Lang), "Sameboat"), "short_name": "Sameboat", "start_url": "/", "display": "browser",
		"lang": v.Lang, "dir": v.Printer.Dir(), "background_color": "#fbfaf7", "theme_color": "#0d3b40",
		"icons": []map[string]string{{"src": icon, "sizes": "any", "type": "image/svg+xml"}},
	})
	if err != nil {
		return err
	}
	return Send(w, r, "application/manifest+json", true, raw)
}

func (s *Site) showFavicon(w http.ResponseWriter, r *http.Request) error {
	icon, err := s.assets.href("mark.svg")
	if err != nil {
		return err
	}
	http.Redirect(w, r, icon, http.StatusFound)
	return nil
}
