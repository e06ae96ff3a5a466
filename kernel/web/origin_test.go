package web

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestOrigin: of what forwarding headers say, only a named proxy's own words are
// believed.
func TestOrigin(t *testing.T) {
	t.Parallel()
	named := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		peer    string
		headers []string // name, value by turns
		address string
		https   bool
	}{
		{"nothing in front", nil, "192.0.2.7:99", nil, "192.0.2.7", false},
		{"a stranger's words", nil, "192.0.2.7:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "192.0.2.7", false},
		{"a stranger's words where proxies are named", named, "192.0.2.7:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "192.0.2.7", false},
		{"this machine itself", nil, "127.0.0.1:99", nil, "127.0.0.1", false},
		{"a proxy nobody named", nil, "127.0.0.1:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "", false},
		{"… that speaks RFC 7239", nil, "[::1]:99", []string{"Forwarded", "for=198.51.100.1"}, "", false},
		{"a named one", named, "127.0.0.1:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "198.51.100.1", true},
		{"what the visitor wrote first", named, "127.0.0.1:99", []string{"X-Forwarded-For", "203.0.113.5, 198.51.100.1"}, "198.51.100.1", false},
		{"… in a header of its own", named, "127.0.0.1:99", []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-For", "198.51.100.1"}, "198.51.100.1", false},
		{"two named ones", named, "127.0.0.1:99", []string{"X-Forwarded-For", "203.0.113.5, 198.51.100.1, 10.1.2.3"}, "198.51.100.1", false},
		{"nonsense before", named, "127.0.0.1:99", []string{"X-Forwarded-For", "203.0.113.5, unknown, 10.1.2.3"}, "10.1.2.3", false},
		{"the last scheme counts", named, "127.0.0.1:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https, http"}, "198.51.100.1", false},
		{"with ports", named, "[::1]:99", []string{"X-Forwarded-For", "[2001:db8::1]:4711"}, "2001:db8::1", false},
		{"mapped", named, "[::ffff:127.0.0.1]:99", []string{"X-Forwarded-For", "::ffff:198.51.100.1"}, "198.51.100.1", false},
		{"very many", named, "127.0.0.1:99", []string{"X-Forwarded-For", strings.Repeat("10.0.0.1,", 5000) + "10.0.0.2"}, "10.0.0.1", false},
	} {
		site := testSite(t, Options{Proxies: c.proxies}, nil)
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Add(c.headers[i], c.headers[i+1])
		}
		if address, https := site.origin(r); address != c.address || https != c.https {
			t.Errorf("%s: %q, https %v, want %q, %v", c.name, address, https, c.address, c.https)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != c.https {
			t.Errorf("%s: HSTS %v", c.name, got)
		}
	}
}
