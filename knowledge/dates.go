package knowledge

import (
	"fmt"
	"time"
)

// parseDate reads 2020, 2020-03 or 2020-03-04; exact is how many characters
// were given.
func parseDate(s string) (t time.Time, exact int, err error) {
	switch len(s) {
	case 4, 7, 10:
		t, err = time.Parse("2006-01-02"[:len(s)], s)
		return t, len(s), err
	}
	return t, 0, fmt.Errorf("date %q", s)
}
