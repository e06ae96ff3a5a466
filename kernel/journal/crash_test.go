package journal_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/journal/journaltest"
	"sameboat/kernel/store"
	"sameboat/kernel/store/pgtest"
	"sameboat/kernel/store/storetest"
)

// The test binary starts itself with these to be the process that is killed.
const (
	crashFolder  = "SAMEBOAT_CRASH_FOLDER"
	crashAddress = "SAMEBOAT_CRASH_ADDRESS"
)

func TestMain(m *testing.M) {
	if os.Getenv(crashFolder)+os.Getenv(crashAddress) != "" {
		os.Exit(appendForEver(store.Config{Dir: os.Getenv(crashFolder), URL: os.Getenv(crashAddress)}, os.Stdout))
	}
	os.Exit(m.Run())
}

// appendForEver appends from four goroutines until it is killed or the database
// goes away, and prints the number and the thing of every acknowledged fact.
func appendForEver(c store.Config, out io.Writer) int {
	ctx := context.Background()
	db, err := store.Open(ctx, c)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	j, err := journal.Open(ctx, db, journal.Options{Projections: []journal.Projection{journaltest.Sample(1)}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	for range 4 {
		all.Go(func() {
			thing, audiences := facts.NewID(time.Now()), []facts.Audience{facts.Public, facts.Node}
			for v := int64(0); ; v += 2 {
				list, err := j.Append(ctx, journal.Batch{Reads: []journal.Read{{Thing: thing, Version: v}}, Facts: []journal.New{
					{Thing: thing, Kind: journaltest.Opened, Audience: audiences[v/2%2], Payload: journaltest.Title{Title: fmt.Sprint(v)}, Body: []byte("fever and cough")},
					{Thing: thing, Kind: journaltest.Renamed, Audience: facts.Public, Payload: journaltest.Title{Title: "renamed"}}}})
				if err != nil {
					return
				}
				mu.Lock()
				for _, f := range list {
					fmt.Fprintln(out, f.Seq, f.Thing, f.Version)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return 1
}

// acknowledged is what the killed process had been told is durable.
type acknowledged map[facts.Seq]string

// crash runs the child on a place, calls kill at a random moment after the first
// acknowledgement, and gives what the child had printed by then.
func crash(t *testing.T, c store.Config, kill func(*os.Process) error) acknowledged {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashFolder+"="+c.Dir, crashAddress+"="+c.URL)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	told, lines := acknowledged{}, bufio.NewScanner(out)
	done := make(chan error, 1)
	for lines.Scan() {
		number, rest, whole := strings.Cut(lines.Text(), " ")
		seq, err := strconv.ParseInt(number, 10, 64)
		if err != nil || !whole || len(rest) < 28 {
			break // cut off by the kill
		}
		if told[facts.Seq(seq)] = rest; len(told) == 1 {
			time.AfterFunc(time.Duration(rand.IntN(100))*time.Millisecond, func() { done <- kill(child.Process) })
		}
	}
	child.Wait() // it ended by being killed
	if len(told) == 0 {
		t.Fatal("the child acknowledged nothing")
	}
	if err := <-done; err != nil {
		t.Fatalf("kill: %v", err)
	}
	return told
}

// afterCrash opens the place again: every acknowledged fact is there, the
// numbers have no gaps, and the views equal rebuilt ones.
func afterCrash(t *testing.T, c store.Config, told acknowledged) {
	t.Helper()
	db, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	j := journaltest.Open(t, db)
	all := journaltest.Check(t, j)
	if len(all)%2 != 0 {
		t.Errorf("%d facts: half a batch was kept", len(all))
	}
	for seq, what := range told {
		if int(seq) > len(all) {
			t.Fatalf("fact %d was acknowledged and is lost; the journal ends at %d", seq, len(all))
		}
		f := all[seq-1]
		if got := fmt.Sprint(f.Thing, f.Version); got != what[:len(got)] {
			t.Errorf("fact %d is %s, acknowledged as %s", seq, got, what)
		}
	}
	journaltest.SameWhenRebuilt(t, db, j, journaltest.Sample(1))
}

func killed(p *os.Process) error { return p.Kill() }

func TestKilledInTheMiddleOfWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("twenty crashes are not short")
	}
	t.Parallel()
	storetest.EachPlace(t, func(t *testing.T, c store.Config) {
		total := 0
		for range 20 {
			told := crash(t, c, killed)
			afterCrash(t, c, told)
			total += len(told)
		}
		t.Logf("20 kills, %d facts acknowledged, none lost", total)
	})
}

func TestServerKilledInTheMiddleOfWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("crashing a server is not short")
	}
	t.Parallel()
	storetest.Postgres(t) // skips where there is no server to be had
	ctx := context.Background()
	s, err := pgtest.Start(ctx)
	if err != nil {
		t.Skipf("SKIPPED: a server of its own to crash: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	})
	c := storetest.Schema(t, s.URL())
	for range 3 {
		told := crash(t, c, func(*os.Process) error { return s.Crash() })
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		afterCrash(t, c, told)
	}
}
