package store

import (
	"fmt"
	"sync"
	"syscall"
	"time"

	"sameboat/kernel/fault"
)

// Room is what is left on a disk.
type Room struct {
	Free, Total           int64 // bytes this user may still write, and all there are
	FreeInodes, AllInodes int64 // 0 of 0 where the file system counts none
}

// RoomOn measures the disk that holds a folder.
func RoomOn(dir string) (Room, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Room{}, folderTrouble(dir, err)
	}
	block := int64(s.Bsize)
	return Room{Free: int64(s.Bavail) * block, Total: int64(s.Blocks) * block, FreeInodes: int64(s.Ffree), AllInodes: int64(s.Files)}, nil
}

// defaultLeast is how much a node keeps free unless told otherwise; on small
// disks it is a twentieth of all.
const defaultLeast = 256 << 20

// Guard refuses writes while there is too little room, long before the database
// itself would fail in the middle of one. It is safe for concurrent use.
type Guard struct {
	dir   string
	least int64
	mu    sync.Mutex
	asked time.Time
	low   error
	room  Room
}

// NewGuard watches the disk of a folder. least is in bytes: 0 means 256 MB, or a
// twentieth of a disk where that is less; a negative one never refuses.
func NewGuard(dir string, least int64) *Guard { return &Guard{dir: dir, least: least} }

// Check gives an Away fault with KeyLow while there is less room than the least.
// It asks the operating system at most every half second.
func (g *Guard) Check() error {
	_, _, err := g.State()
	return err
}

// State gives the room there is, the least there must be, and Check's fault.
func (g *Guard) State() (Room, int64, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); now.Sub(g.asked) > 500*time.Millisecond {
		g.asked = now
		g.measure()
	}
	return g.room, g.leastOf(), g.low
}

func (g *Guard) measure() {
	room, err := RoomOn(g.dir)
	if err != nil {
		return // the write itself will tell
	}
	g.room, g.low = room, nil
	if least := g.leastOf(); room.Free < least {
		g.low = &fault.Fault{Kind: fault.Away, Key: KeyLow, Args: fault.Args{"free": room.Free, "least": least},
			Err: fmt.Errorf("%s has %d bytes left, kept free are %d", g.dir, room.Free, least)}
	}
}

func (g *Guard) leastOf() int64 {
	if g.least == 0 {
		return min(defaultLeast, g.room.Total/20)
	}
	return g.least
}
