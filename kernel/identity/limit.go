package identity

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// limiter counts attempts per key in a leaky bucket: burst at once, then one
// more for each pause. It lives in memory, for this process alone, and remembers
// at most size keys, the longest untouched going first.
type limiter struct {
	burst int
	pause time.Duration
	size  int

	mu    sync.Mutex
	byKey map[string]*list.Element // of *bucket
	order list.List                // touched last in front
}

type bucket struct {
	key   string
	clear time.Time // when it will be empty; each attempt adds a pause
}

func newLimiter(burst int, pause time.Duration, size int) *limiter {
	return &limiter{burst: burst, pause: pause, size: size, byKey: map[string]*list.Element{}}
}

// take counts one attempt. When there were too many it counts nothing and says
// how long to wait.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.touch(key)
	if b.clear.Before(now) {
		b.clear = now
	}
	clear := b.clear.Add(l.pause)
	if over := clear.Sub(now) - time.Duration(l.burst)*l.pause; over > 0 {
		return over, false
	}
	b.clear = clear
	return 0, true
}

// forgive gives one attempt back.
func (l *limiter) forgive(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.byKey[key]; e != nil {
		b := e.Value.(*bucket)
		b.clear = b.clear.Add(-l.pause)
	}
}

func (l *limiter) touch(key string) *bucket {
	if e := l.byKey[key]; e != nil {
		l.order.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if len(l.byKey) >= l.size {
		last := l.order.Back()
		delete(l.byKey, l.order.Remove(last).(*bucket).key)
	}
	b := &bucket{key: key}
	l.byKey[key] = l.order.PushFront(b)
	return b
}

// neighbourhood is the key for an address: an IPv6 visitor usually commands a
// whole /64, so that counts as one.
func neighbourhood(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		if pair, perr := netip.ParseAddrPort(address); perr == nil {
			ip = pair.Addr()
		} else {
			return "?"
		}
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if block, err := ip.Prefix(64); err == nil {
			return block.String()
		}
	}
	return ip.String()
}
