package retrieval_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// times are the quantiles of what queries took, by the clock and in processor
// time of their thread.
type times struct{ p50, p99, cpu50, cpu99 time.Duration }

func (t times) String() string {
	return fmt.Sprintf("p50 %v p99 %v (processor %v, %v)", t.p50, t.p99, t.cpu50, t.cpu99)
}

// quantiles runs every query once to warm up and once to measure.
func quantiles(b *testing.B, n int, run func(i int) (total int, err error)) times {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took, busy := make([]time.Duration, n), make([]time.Duration, n)
	for range 2 {
		for i := range n {
			start, cpu := time.Now(), threadTime()
			_, err := run(i)
			took[i], busy[i] = time.Since(start), threadTime()-cpu
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	slices.Sort(took)
	slices.Sort(busy)
	return times{took[n/2], took[n*99/100], busy[n/2], busy[n*99/100]}
}

// resident returns the resident memory of the process in MB after returning
// what is free.
func resident() int {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return -1
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		return -1
	}
	return kb / 1024
}
