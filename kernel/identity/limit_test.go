package identity

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	l := newLimiter(3, time.Minute, 100)
	for i := range 3 {
		if wait, ok := l.take("a", now); !ok || wait != 0 {
			t.Fatalf("attempt %d refused", i+1)
		}
	}
	wait, ok := l.take("a", now)
	if ok || wait != time.Minute {
		t.Fatalf("attempt 4: wait %v, ok %v; want a minute's wait", wait, ok)
	}
	if _, ok := l.take("b", now); !ok {
		t.Error("another key is refused too")
	}
	now = now.Add(59 * time.Second)
	if wait, ok := l.take("a", now); ok || wait != time.Second {
		t.Errorf("after 59 s: wait %v, ok %v", wait, ok)
	}
	now = now.Add(time.Second)
	if _, ok := l.take("a", now); !ok {
		t.Error("after a minute still refused")
	}
	if _, ok := l.take("a", now); ok {
		t.Error("one pause gave two attempts")
	}
	l.forgive("a")
	if _, ok := l.take("a", now); !ok {
		t.Error("a forgiven attempt still counts")
	}
	now = now.Add(time.Hour)
	for i := range 3 {
		if _, ok := l.take("a", now); !ok {
			t.Errorf("after an hour attempt %d is refused", i+1)
		}
	}
	if _, ok := l.take("a", now); ok {
		t.Error("an idle hour saved up more than the burst")
	}
}

func TestLimiterForgetsTheLongestUntouched(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	l := newLimiter(1, time.Hour, 10)
	l.take("kept", now)
	for i := range 100 {
		l.take(fmt.Sprint(i), now)
		l.take("kept", now)
	}
	if len(l.byKey) != 10 || l.order.Len() != 10 {
		t.Errorf("remembers %d keys in the map and %d in order, want 10", len(l.byKey), l.order.Len())
	}
	if _, ok := l.take("kept", now); ok {
		t.Error("a key in use was forgotten")
	}
	if _, ok := l.take("0", now); !ok {
		t.Error("the longest untouched key was kept")
	}
}

func TestNeighbourhood(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7:1234":          "192.0.2.7",
		"192.0.2.7":               "192.0.2.7",
		"[::ffff:192.0.2.7]:80":   "192.0.2.7",
		"[2001:db8:1:2:3::4]:443": "2001:db8:1:2::/64",
		"2001:db8:1:2:9::9":       "2001:db8:1:2::/64",
		"fe80::1%eth0":            "fe80::/64",
		"":                        "?",
		"nonsense":                "?",
	} {
		if got := neighbourhood(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
