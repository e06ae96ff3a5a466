package node

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"sameboat/kernel/fault"
	"sameboat/kernel/web"
)

// patience is how long requests under way may take when a node stops.
const patience = 10 * time.Second

// Serve answers requests on the listener and on the control socket, and keeps
// the index, the lexicon and the reactors going, until ctx ends. ready, if not
// nil, is called when it answers.
func (n *Node) Serve(ctx context.Context, l net.Listener, ready func()) error {
	control, err := listenControl(n.config.Data)
	if err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	if err := clearIncoming(n.config.Data); err != nil {
		n.log.Warn("incoming files of an earlier run", "err", err)
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var background, calls sync.WaitGroup
	background.Go(func() {
		if err := n.Search.Run(work); err != nil {
			n.log.Error("search stopped", "err", err)
		}
	})
	background.Go(func() {
		if err := n.Journal.Run(work, n.Notify.Reactor()); err != nil && work.Err() == nil {
			n.log.Error("reactors stopped", "err", err)
		}
	})
	background.Go(func() {
		if err := n.Notify.Run(work); err != nil && work.Err() == nil {
			n.log.Error("deliveries stopped", "err", err)
		}
	})
	public := web.NewServer(n.Site)
	private := &http.Server{Handler: n.control(&calls), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return work }}
	if n.config.Metrics != "" {
		l, err := net.Listen("tcp", n.config.Metrics)
		if err != nil {
			return errors.Join(fault.Wrap(fault.Away, "node.listening", err), control.Close())
		}
		defer n.serveMetrics(l).Close() // a scrape that is cut off is asked for again
	}
	failed := make(chan error, 2)
	go func() { failed <- public.Serve(l) }()
	go func() { failed <- private.Serve(control) }()
	if ready != nil {
		ready()
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err = errors.Join(ignoreClosed(err), halt(stop, public), halt(stop, private))
	// What still runs is stopped, and waited for: the database closes next.
	stopWork()
	calls.Wait()
	background.Wait()
	return err
}

// halt lets requests under way end in time, then cuts their connections.
func halt(ctx context.Context, s *http.Server) error {
	err := s.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.Close()
	}
	return ignoreClosed(err)
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// listenControl makes the socket by which commands on this machine reach the
// server that holds the data folder. Only this user may open it.
func listenControl(data string) (net.Listener, error) {
	path, used, err := SocketPath(data)
	if err != nil {
		return nil, err
	}
	defer used()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // left by a server that was killed: we hold the folder's lock
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(path, "/proc/") {
		l.(*net.UnixListener).SetUnlinkOnClose(false) // the name is good only as long as the folder is open
	}
	return l, os.Chmod(path, 0o600)
}
