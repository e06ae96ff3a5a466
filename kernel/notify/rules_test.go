package notify

import (
	"net/netip"
	"testing"
	"time"

	"sameboat/facts"
)

func TestDue(t *testing.T) {
	t.Parallel()
	c := Config{DigestHour: 6, DigestDay: time.Monday, Settle: time.Minute}
	for _, x := range []struct{ now, once, daily, weekly string }{
		{"2020-03-12T05:59:59Z", "2020-03-12T06:00:59Z", "2020-03-12T06:00:00Z", "2020-03-16T06:00:00Z"},
		{"2020-03-12T06:00:00Z", "2020-03-12T06:01:00Z", "2020-03-13T06:00:00Z", "2020-03-16T06:00:00Z"},
		{"2020-03-16T05:00:00Z", "2020-03-16T05:01:00Z", "2020-03-16T06:00:00Z", "2020-03-16T06:00:00Z"},
		{"2020-03-16T06:00:00Z", "2020-03-16T06:01:00Z", "2020-03-17T06:00:00Z", "2020-03-23T06:00:00Z"},
		{"2020-02-29T23:30:00+08:00", "2020-02-29T15:31:00Z", "2020-03-01T06:00:00Z", "2020-03-02T06:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, x.now)
		if err != nil {
			t.Fatal(err)
		}
		for rhythm, want := range map[Rhythm]string{Once: x.once, Daily: x.daily, Weekly: x.weekly} {
			if got := c.due(rhythm, now).Format(time.RFC3339); got != want {
				t.Errorf("%s from %s: %s, want %s", rhythm, x.now, got, want)
			}
		}
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	id := facts.NewID(time.Unix(0, 0))
	last := time.Duration(0)
	for n := range 40 {
		p := pauseAfter(n+1, id)
		if p < last || p > lastPause+lastPause/10 || n == 0 && (p < firstPause || p > firstPause*11/10) {
			t.Errorf("after %d attempts %s, before that %s", n+1, p, last)
		}
		last = p
	}
	if last < lastPause {
		t.Errorf("the pauses stop growing at %s", last)
	}
}

func TestAddressesInside(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]bool{
		"93.184.216.34": true, "2606:4700::1111": true, "8.8.8.8": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.0.1": false, "169.254.169.254": false, "100.100.100.200": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "192.0.0.192": false, "198.18.0.1": false, "240.0.0.1": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:10.0.0.1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := (Hooks{}).permits(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v, want %v", ip, got, want)
		}
	}
	own := Hooks{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	if !own.permits(netip.MustParseAddr("10.1.2.3")) || !own.permits(netip.MustParseAddr("::ffff:10.1.2.3")) || own.permits(netip.MustParseAddr("10.2.0.1")) {
		t.Error("what is allowed is not what is permitted")
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"a\r\nBcc: b": "a Bcc: b", " a\tb ": "a b", "خبر\u2028x": "خبر x", "a\u0085b": "a b", "新 闻": "新 闻"} {
		if got := oneLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
