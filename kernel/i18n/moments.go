package i18n

import (
	"fmt"
	"time"
)

// Date writes a day: "22 Nov 2026", "2026年11月22日". The zero time is "".
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.T("i18n.date.day", Args{
		"d": fmt.Sprint(t.Day()), "month": p.T("i18n.month." + fmt.Sprint(int(t.Month()))), "y": fmt.Sprint(t.Year()),
	})
}

// Month writes a month of a year: "Nov 2026". Without a day beside it a month
// has a form of its own in some languages: "5 марта", but "март 2026 г.".
func (p *Printer) Month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.T("i18n.date.month", Args{"month": p.T("i18n.month-alone." + fmt.Sprint(int(t.Month()))), "y": fmt.Sprint(t.Year())})
}

// Moment writes a day and the time in UTC, named as such: "22 Nov 2026, 14:05 UTC".
func (p *Printer) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return p.T("i18n.date.moment", Args{"date": p.Date(t), "time": t.Format("15:04")})
}

// Ago says how far a time lies from now: "3 hours ago", "in 2 days". From about
// ten weeks on it gives the date instead, which says more.
func (p *Printer) Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	tense, d := "i18n.ago.", now.Sub(t)
	if d < 0 {
		tense, d = "i18n.ahead.", -d
	}
	switch {
	case d < time.Minute:
		return p.T("i18n.now")
	case d < 90*time.Minute:
		return p.T(tense+"minute", Args{"n": int(d / time.Minute)})
	case d < 36*time.Hour:
		return p.T(tense+"hour", Args{"n": int((d + 30*time.Minute) / time.Hour)})
	case d < 14*24*time.Hour:
		return p.T(tense+"day", Args{"n": int((d + 12*time.Hour) / (24 * time.Hour))})
	case d < 70*24*time.Hour:
		return p.T(tense+"week", Args{"n": int((d + 84*time.Hour) / (7 * 24 * time.Hour))})
	}
	return p.Date(t)
}

// Span writes a length of time in its largest whole unit: "3 hours".
func (p *Printer) Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return p.T("i18n.span.second", Args{"n": int(d.Round(time.Second) / time.Second)})
	case d < 90*time.Minute:
		return p.T("i18n.span.minute", Args{"n": int(d / time.Minute)})
	case d < 36*time.Hour:
		return p.T("i18n.span.hour", Args{"n": int((d + 30*time.Minute) / time.Hour)})
	}
	return p.T("i18n.span.day", Args{"n": int((d + 12*time.Hour) / (24 * time.Hour))})
}
