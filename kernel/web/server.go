package web

import (
	"log/slog"
	"net/http"
	"time"
)

// NewServer gives the http.Server with the bounds every listener needs. Uploads
// and long answers extend their own deadlines with http.ResponseController.
func NewServer(site *Site) *http.Server {
	return &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      120 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    1 << 20, // what is longer than maxQuery is refused in the reader's own words, up to here
		ErrorLog:          slog.NewLogLogger(site.opts.Log.Handler(), slog.LevelDebug),
	}
}
