package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
	"sameboat/knowledge"
)

// call runs a command of a node: through the server that holds the data folder
// when there is one, else on the folder itself.
func (a *app) call(ctx context.Context, name string, args any, files []knowledge.File, hear func(node.Message) error) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	c := node.Call{Args: raw, Files: files, Say: hear}
	n, err := a.open(ctx, a.config())
	if f := fault.Of(err); f != nil && f.Key == store.KeyHeld {
		return a.callServer(ctx, name, c, err)
	}
	if err != nil {
		return err
	}
	return errors.Join(n.Run(ctx, name, c), n.Close())
}

// callServer sends the command over the control socket. held is told when
// nobody answers there: the folder is in use by something that is no server.
func (a *app) callServer(ctx context.Context, name string, c node.Call, held error) error {
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		path, used, err := node.SocketPath(a.data)
		if err != nil {
			return nil, err
		}
		defer used()
		return d.DialContext(ctx, "unix", path)
	}}}
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(errors.Join(sendForm(form, c), form.Close())) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://node/"+name, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := client.Do(request)
	var refused *net.OpError
	if errors.As(err, &refused) && refused.Op == "dial" {
		return held
	}
	if err != nil {
		return fault.Wrap(fault.Away, "node.no-answer", err)
	}
	defer answer.Body.Close()
	return hearAll(answer.Body, c.Say)
}

func sendForm(form *multipart.Writer, c node.Call) error {
	if err := form.WriteField("args", string(c.Args)); err != nil {
		return err
	}
	for _, f := range c.Files {
		part, err := form.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="file"; filename="file"`}, "X-Name": {url.PathEscape(f.Name)}})
		if err != nil {
			return err
		}
		opened, err := f.Open()
		if err != nil {
			return err
		}
		_, err = io.Copy(part, io.NewSectionReader(opened, 0, f.Size))
		if err = errors.Join(err, opened.Close()); err != nil {
			return err
		}
	}
	return nil
}

// hearAll passes messages on until the command is done.
func hearAll(r io.Reader, hear func(node.Message) error) error {
	dec := json.NewDecoder(r)
	for {
		var m node.Message
		if err := dec.Decode(&m); err != nil {
			return fault.Wrap(fault.Away, "node.no-answer", err)
		}
		switch m.Kind {
		case "done":
			return nil
		case "fault":
			var f node.FaultMessage
			if err := json.Unmarshal(m.Value, &f); err != nil {
				return err
			}
			return f.Fault()
		}
		if err := hear(m); err != nil {
			return err
		}
	}
}
