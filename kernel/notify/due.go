package notify

import (
	"hash/fnv"
	"time"

	"sameboat/facts"
)

// due is when mail of a rhythm goes out for what happens now.
func (c Config) due(r Rhythm, now time.Time) time.Time {
	now = now.UTC()
	switch r {
	case Daily, Weekly:
		at := time.Date(now.Year(), now.Month(), now.Day(), c.DigestHour, 0, 0, 0, time.UTC)
		for !at.After(now) || r == Weekly && at.Weekday() != c.DigestDay {
			at = at.AddDate(0, 0, 1)
		}
		return at
	}
	return now.Add(c.Settle)
}

// Pauses between attempts.
const (
	firstPause = 30 * time.Second
	lastPause  = 6 * time.Hour
)

// pauseAfter is how long to wait after so many attempts: twice as long each
// time, and a little apart for different rows, so that they do not all come back
// at once.
func pauseAfter(attempts int, id facts.ID) time.Duration {
	pause := firstPause << min(max(attempts-1, 0), 10)
	pause = min(pause, lastPause)
	h := fnv.New32a()
	h.Write(id[:]) // never fails
	return pause + pause*time.Duration(h.Sum32()%100)/1000
}
