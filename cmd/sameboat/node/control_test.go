package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"sameboat/cmd/sameboat/node"
	"sameboat/nodetest"
)

// ask sends a command with one file over the control socket of a node and gives
// the messages it answers with.
func ask(t *testing.T, dir, command, args, name, content string) (list []node.Message) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("args", args); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="file"`}, "X-Name": {url.PathEscape(name)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		path, used, err := node.SocketPath(dir)
		if err != nil {
			return nil, err
		}
		defer used()
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	answer, err := client.Post("http://node/"+command, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for dec := json.NewDecoder(answer.Body); ; {
		var m node.Message
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
}

// TestFilesKeepTheirNamesOverTheSocket, whatever is in them, and nothing of them
// is left in the data folder.
func TestFilesKeepTheirNamesOverTheSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	left := filepath.Join(dir, "incoming-1")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "0"), []byte("of a server that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	n := nodetest.Start(t, nodetest.In(dir))
	name := " a\r\nX-Name: b 氧气 100%.csv"
	var report node.ReportMessage
	list := ask(t, n.Dir, "import/resources", `{}`, name, "title,body,lang,kind\nA,B,en,nonsense\nA,B,en,qa\n")
	for _, m := range list {
		if m.Kind == "report" {
			if err := json.Unmarshal(m.Value, &report); err != nil {
				t.Fatal(err)
			}
		}
	}
	if report.New != 1 || len(report.Refusals) != 1 || report.Refusals[0].File != name {
		t.Errorf("report %+v, want one new row and one refused of %q", report, name)
	}
	if list[len(list)-1].Kind != "done" {
		t.Errorf("the last message is %q", list[len(list)-1].Kind)
	}
	if spooled, err := filepath.Glob(filepath.Join(dir, "incoming-*")); err != nil || spooled != nil {
		t.Errorf("left behind: %v, %v", spooled, err)
	}
}
