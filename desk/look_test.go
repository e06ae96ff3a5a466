package desk_test

import (
	"flag"
	"net"
	"os"
	"os/signal"
	"testing"

	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

var look = flag.String("look", "", "serve the desk with a full shelf at this address until interrupted; “empty” in front of the address empties the shelf")

// TestLook serves the room for people to look at:
//
//	go test ./desk -run TestLook -look 127.0.0.1:8081
func TestLook(t *testing.T) {
	if *look == "" {
		t.Skip("only with -look ADDRESS")
	}
	address, empty := *look, false
	if len(address) > 5 && address[:5] == "empty" {
		address, empty = address[5:], true
	}
	h := open(t)
	t.Log("set-up page: ", h.link())
	os.Stderr.WriteString("http://" + address + h.link() + "\n")
	if !empty {
		h.shelf.fill()
		h.person("a@example.org", identity.Reader)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewServer(h.site)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() { <-stop; server.Close() }()
	t.Log(server.Serve(listener))
}
