package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"time"
)

// isoTime writes a time for the datetime attribute; a midnight in UTC is a day.
func isoTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// href gives an address with some of its query changed: href .URL "page" 2
// "kind" "". An empty value removes the name; everything else stays.
func href(u *url.URL, pairs ...any) (string, error) {
	values, err := args(pairs...)
	if err != nil {
		return "", err
	}
	query := u.Query()
	for name, v := range values {
		if text := fmt.Sprint(v); v == nil || text == "" {
			query.Del(name)
		} else {
			query.Set(name, text)
		}
	}
	next := url.URL{Path: u.Path, RawQuery: query.Encode()}
	return next.String(), nil
}

// jsonLD writes schema.org data for a data block, which no browser runs and the
// Content-Security-Policy therefore does not concern. json.Marshal escapes <, >
// and &, so the block cannot be ended from inside.
func jsonLD(v any) (template.HTML, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("JSON-LD: %w", err)
	}
	return template.HTML(`<script type="application/ld+json">` + string(raw) + `</script>`), nil
}

// Safe is HTML that a sanitiser has passed; only SafeHTML makes it.
type Safe struct{ html template.HTML }

// HTML gives the markup to a template: {{.Body.HTML}}.
func (s Safe) HTML() template.HTML { return s.html }

// SafeHTML declares markup as safe to show. The caller names the sanitiser that
// made it so; nothing else in the house turns text into markup.
func SafeHTML(sanitised string) Safe { return Safe{template.HTML(sanitised)} }
