package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/knowledge"
)

// Command is what the command line can ask of a node, be it open in the same
// process or served by another that holds the data folder.
type Command func(ctx context.Context, n *Node, c Call) error

// Call is one use of a command.
type Call struct {
	Args  json.RawMessage
	Files []knowledge.File
	Say   func(Message) error // tells the caller how it goes and what came out
}

// Message is one line from a command to whoever called it: progress, a result,
// or at the end a fault.
type Message struct {
	Kind  string          `json:"kind"` // "progress", "result", "fault", "done"
	Value json.RawMessage `json:"value,omitempty"`
}

// say encodes a value and tells it.
func (c Call) say(kind string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", kind, err)
	}
	return c.Say(Message{Kind: kind, Value: b})
}

// FaultMessage carries a fault over the control socket, all but the operator's
// error, which goes along as text: both ends belong to the operator.
type FaultMessage struct {
	Kind   fault.Kind    `json:"kind"`
	Key    string        `json:"key"`
	Args   fault.Args    `json:"args,omitempty"`
	Fields []fault.Field `json:"fields,omitempty"`
	Cause  string        `json:"cause,omitempty"`
}

func messageOf(err error) FaultMessage {
	f := fault.Of(err)
	return FaultMessage{f.Kind, f.Key, f.Args, f.Fields, err.Error()}
}

// Fault gives the fault that was carried. A language among its values is one
// again, so that its name is told and not its code.
func (m FaultMessage) Fault() *fault.Fault {
	languages(m.Args)
	for _, f := range m.Fields {
		languages(f.Args)
	}
	return &fault.Fault{Kind: m.Kind, Key: m.Key, Args: m.Args, Fields: m.Fields, Err: errors.New(m.Cause)}
}

func languages(args fault.Args) {
	if s, ok := args["lang"].(string); ok {
		args["lang"] = facts.Lang(s)
	}
}

// socketName is the socket in the data folder by which commands reach the
// server that holds the folder.
const socketName = "control.sock"

// Served reports whether a server holds the data folder, or did and was killed.
func Served(data string) bool {
	_, err := os.Lstat(filepath.Join(data, socketName))
	return err == nil
}

// longestSocket is how long a socket's address may be on every Unix, with a
// little to spare.
const longestSocket = 100

// SocketPath gives an address of the server's socket, and what to call when it
// has been used. A path too long for an address is shortened through the open
// folder itself, so that the socket never stands where others may write.
func SocketPath(data string) (path string, used func(), err error) {
	path = filepath.Join(data, socketName)
	if len(path) <= longestSocket {
		return path, func() {}, nil
	}
	folder, err := os.Open(data)
	if err != nil {
		return "", nil, err
	}
	// Closing a folder that was only read cannot lose anything.
	return fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), socketName), func() { folder.Close() }, nil
}

// control answers commands over the socket: POST /NAME with multipart parts
// "args" and "file", a file's name percent-encoded in the header X-Name, answered
// by one JSON message a line. Each call is counted in running.
func (n *Node) control(running *sync.WaitGroup) http.Handler {
	mux := http.NewServeMux()
	for name, command := range commands {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			running.Add(1)
			defer running.Done()
			call, cleanup, err := n.receive(r)
			defer cleanup()
			w.Header().Set("Content-Type", "application/x-ndjson")
			var mu sync.Mutex
			enc, flush := json.NewEncoder(w), http.NewResponseController(w)
			call.Say = func(m Message) error {
				mu.Lock()
				defer mu.Unlock()
				if err := enc.Encode(m); err != nil {
					return err
				}
				return flush.Flush()
			}
			if err == nil {
				err = command(r.Context(), n, call)
			}
			if err != nil {
				err = call.say("fault", messageOf(err))
			} else {
				err = call.say("done", nil)
			}
			if err != nil {
				n.log.Warn("control: the caller went away", "command", name, "err", err)
			}
		})
	}
	return mux
}

// incoming begins the names of the folders that calls are spooled into.
const incoming = "incoming-"

// clearIncoming removes what a server left that was killed during a call. The
// caller holds the folder.
func clearIncoming(data string) error {
	left, err := filepath.Glob(filepath.Join(data, incoming+"*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// receive spools the files of a command into the data folder, so that readers
// can move about in them.
func (n *Node) receive(r *http.Request) (Call, func(), error) {
	var call Call
	if err := n.guard.Check(); err != nil && r.ContentLength != 0 && carriesFiles(r.URL.Path) {
		return call, func() {}, err
	}
	dir, err := os.MkdirTemp(n.config.Data, incoming)
	cleanup := func() {
		if dir != "" {
			os.RemoveAll(dir)
		}
	}
	if err != nil {
		return call, cleanup, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return call, cleanup, err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return call, cleanup, nil
		}
		if err != nil {
			return call, cleanup, err
		}
		if part.FormName() == "args" {
			if call.Args, err = io.ReadAll(io.LimitReader(part, 1<<20)); err != nil {
				return call, cleanup, err
			}
			continue
		}
		path := filepath.Join(dir, strconv.Itoa(len(call.Files)))
		size, err := spool(path, part)
		if err != nil {
			return call, cleanup, err
		}
		name, err := url.PathUnescape(part.Header.Get("X-Name"))
		if err != nil {
			return call, cleanup, fmt.Errorf("name of a file: %w", err)
		}
		call.Files = append(call.Files, knowledge.File{Name: name, Size: size,
			Open: func() (knowledge.Opened, error) { return os.Open(path) }})
	}
}

func spool(path string, r io.Reader) (int64, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(f, io.LimitReader(r, maxUpload+1))
	if err == nil && size > maxUpload {
		err = fault.New(fault.TooLarge, "fault.too-large", fault.Args{"n": int64(maxUpload)})
	}
	return size, errors.Join(err, f.Close())
}

// maxUpload bounds one file of a command.
const maxUpload = 2 << 30 // bytes
