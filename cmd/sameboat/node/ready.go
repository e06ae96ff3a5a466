package node

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sameboat/kernel/web"
)

// part is one thing a node needs.
type part struct {
	name, state string
	ok          bool
	needed      bool // without it the node is not ready
}

// readyPatience bounds how long the database may take to answer.
const readyPatience = 3 * time.Second

// ready asks every part how it is. Low disk is told but does not make a node
// unready: reading goes on, and a load balancer must not send readers away.
func (n *Node) ready(ctx context.Context) []part {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	last, err := n.Journal.Last(ctx)
	database := part{"database", "ok", true, true}
	if err != nil {
		database.state, database.ok = "away", false
	}
	views := part{"views", "ok", true, true}
	if err != nil {
		views.state, views.ok = "unknown", false
	} else if ours, err := n.Journal.Owns(ctx); err != nil || !ours {
		views.state, views.ok = "of another version", false
	}
	index := part{"index", "ok", true, true}
	switch at, rests := n.Search.Followed(); {
	case err != nil:
		index.state = "unknown"
	case rests && at == 0 && last > 0, !rests && last > 0 && n.Search.Len() == 0:
		index.state, index.ok = "being made", false
	case rests && last > at:
		index.state = fmt.Sprintf("%d facts behind", last-at)
	}
	disk := part{"disk", "ok", true, false}
	if err := n.guard.Check(); err != nil {
		disk.state, disk.ok = "low: writes are refused", false
	}
	return []part{database, views, index, disk}
}

// showReady answers whether this node should be sent requests: 200, or 503, and
// in either case a line for each part.
func (n *Node) showReady(w http.ResponseWriter, r *http.Request) error {
	status := http.StatusOK
	var b strings.Builder
	for _, p := range n.ready(r.Context()) {
		if !p.ok && p.needed {
			status = http.StatusServiceUnavailable
		}
		fmt.Fprintf(&b, "%s %s\n", p.name, p.state)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := w.Write([]byte(b.String()))
	return err
}

func (n *Node) mountReady(site *web.Site) { site.Get("web.ready", "/readyz", web.Open, n.showReady) }

// carriesFiles reports whether a command on the control socket brings files,
// which are spooled into the data folder.
func carriesFiles(path string) bool { return strings.HasPrefix(path, "/import/") }
