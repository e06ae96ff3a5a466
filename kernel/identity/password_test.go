package identity

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/kernel/fault"
)

// cheap is a cost for tests: the rules are the same.
var cheap = PasswordCost{Memory: 64, Passes: 1, Threads: 1}

func testHasher() *hasher { return newHasher(cheap, 2, 4, time.Minute) }

func TestPassword(t *testing.T) {
	t.Parallel()
	ctx, h := t.Context(), testHasher()
	phc, err := h.hash(ctx, "correct horse 电池")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("PHC string %q", phc)
	}
	again, err := h.hash(ctx, "correct horse 电池")
	if err != nil || again == phc {
		t.Errorf("the same password gives the same hash twice: no salt (err %v)", err)
	}
	for password, want := range map[string]bool{"correct horse 电池": true, "correct horse 电汽": false, "": false, strings.Repeat("x", 1<<20): false} {
		right, stale, err := h.verify(ctx, password, phc)
		if right != want || stale || err != nil {
			t.Errorf("verify %.30q: right %v, stale %v, err %v", password, right, stale, err)
		}
	}
	dearer := newHasher(PasswordCost{Memory: 128, Passes: 1, Threads: 1}, 2, 4, time.Minute)
	if right, stale, err := dearer.verify(ctx, "correct horse 电池", phc); !right || !stale || err != nil {
		t.Errorf("a hash of an older cost: right %v, stale %v, err %v; want both", right, stale, err)
	}
}

// TestDefaultCost: the real cost is what the plan asks for.
func TestDefaultCost(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes 64 MiB and a fraction of a second")
	}
	h := newHasher(defaultCost, 2, 4, time.Minute)
	phc, err := h.hash(t.Context(), "a real password")
	if err != nil || !strings.Contains(phc, "$m=65536,t=2,p=1$") {
		t.Fatalf("%q, %v", phc, err)
	}
}

// TestNobody: an account that does not exist costs the same work as one that
// does, and has no password at all.
func TestNobody(t *testing.T) {
	t.Parallel()
	h := testHasher()
	cost, _, key, err := parsePHC(h.nobody)
	if err != nil || cost != h.cost || len(key) != keyBytes {
		t.Errorf("nobody's hash has cost %+v and %d bytes (err %v), not today's", cost, len(key), err)
	}
	for _, password := range []string{"", "x", "correct horse"} {
		if right, _, err := h.verify(t.Context(), password, ""); right || err != nil {
			t.Errorf("%q is nobody's password (err %v)", password, err)
		}
	}
}

func TestHostilePHC(t *testing.T) {
	t.Parallel()
	good := cheap.phc(make([]byte, 16), make([]byte, 32))
	if _, _, _, err := parsePHC(good); err != nil {
		t.Fatalf("%q: %v", good, err)
	}
	for _, bad := range []string{
		"", "plain", "$argon2id$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4000000", 1), strings.Replace(good, "t=1", "t=900", 1), strings.Replace(good, "p=1", "p=200", 1),
		strings.Replace(good, "m=64", "m=1", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "m=64", "m=064", 1), strings.Replace(good, "m=64", "m=-64", 1), good + "$", good[:len(good)-30], good + strings.Repeat("A", 400),
		strings.Replace(good, "p=1", "p=1,x=1", 1),
	} {
		if _, _, _, err := parsePHC(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"short":                          "identity.password.short",
		"elevenchars":                    "identity.password.short",
		"twelve chars":                   "",
		"十二个汉字也算十二个字符":                   "",
		"aaaaaaaaaaaaaaaa":               "identity.password.easy",
		"abababababab":                   "identity.password.easy",
		"somebody@Example.org":           "identity.password.easy",
		strings.Repeat("long ", 300):     "identity.password.long",
		"not utf-8 \xff\xfe and so on":   "identity.password.unreadable",
		"spaces   are   fine   as   is ": "",
	} {
		if got := checkPassword(password, "somebody@example.org"); got != want {
			t.Errorf("%.30q: got %q, want %q", password, got, want)
		}
	}
}

// TestHashingIsBounded: two work, four wait, the others are told to come back.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	h := testHasher()
	var mu sync.Mutex
	var working, most int
	release := make(chan struct{})
	work := func() {
		mu.Lock()
		working++
		most = max(most, working)
		mu.Unlock()
		<-release
		mu.Lock()
		working--
		mu.Unlock()
	}
	results := make(chan error)
	for range 6 {
		go func() { results <- h.turn(context.Background(), work) }()
	}
	for len(h.queue) < 6 || len(h.slots) < 2 {
		time.Sleep(time.Millisecond)
	}
	if err := h.turn(t.Context(), work); !fault.Is(err, fault.Busy) {
		t.Errorf("the seventh gets %v, want Busy", err)
	}
	close(release)
	for range 6 {
		if err := <-results; err != nil {
			t.Errorf("one who waited gets %v", err)
		}
	}
	if most != 2 {
		t.Errorf("%d worked at once, want 2", most)
	}
	if len(h.queue) != 0 || len(h.slots) != 0 {
		t.Error("slots are not given back")
	}
}

func TestHashingWaitsNotForever(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap, 1, 4, 20*time.Millisecond)
	h.slots <- struct{}{}
	if _, err := h.hash(t.Context(), "a password"); !fault.Is(err, fault.Busy) {
		t.Errorf("after the patience is over: %v, want Busy", err)
	}
	h.patience = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "a password"); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller went away: %v", err)
	}
}
