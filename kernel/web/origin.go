package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxForwarded bounds how many addresses of a forwarding header are looked at.
const maxForwarded = 32

// origin tells where a request comes from and whether the visitor spoke https,
// as far as it can be known. Only a proxy that Options.Proxies names is believed
// about either; of the addresses it hands on, the last that is no such proxy
// counts, because the visitor may have written those before it. The address is
// "" behind a proxy on this machine that nobody named: its own would lump all
// visitors together. Forwarded (RFC 7239) is not read: a proxy that writes only
// one of the two headers passes the visitor's own words in the other on.
func (s *Site) origin(r *http.Request) (address string, https bool) {
	peer, ok := peerOf(r)
	if !ok {
		return r.RemoteAddr, false
	}
	if !s.trusts(peer) {
		if peer.IsLoopback() && forwarded(r) {
			s.unnamedProxy.Do(func() {
				s.opts.Log.Warn("a proxy on this machine hands on addresses, but is not named as one to be believed: see --proxy")
			})
			return "", false
		}
		return peer.String(), false
	}
	schemes := values(r, "X-Forwarded-Proto")
	https = len(schemes) > 0 && strings.EqualFold(schemes[len(schemes)-1], "https")
	from := peer
	for _, text := range slices.Backward(values(r, "X-Forwarded-For")) {
		hop, ok := parseHop(text)
		if !ok {
			break // whoever wrote this, what stands before it is worth no more
		}
		if from = hop; !s.trusts(hop) {
			break
		}
	}
	return from.String(), https
}

func (s *Site) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(s.opts.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

func peerOf(r *http.Request) (netip.Addr, bool) {
	pair, err := netip.ParseAddrPort(r.RemoteAddr)
	return pair.Addr().Unmap().WithZone(""), err == nil
}

// forwarded reports whether a proxy, or somebody who plays one, sent this on.
func forwarded(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// values splits a header that lists things, the last ones if there are many.
func values(r *http.Request, name string) (list []string) {
	for _, line := range r.Header.Values(name) {
		for v := range strings.SplitSeq(line, ",") {
			if v = strings.TrimSpace(v); v != "" {
				list = append(list, v)
			}
		}
	}
	return list[max(0, len(list)-maxForwarded):]
}

// parseHop reads an address with or without a port, as proxies write both.
func parseHop(text string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return ip.Unmap().WithZone(""), err == nil
}
