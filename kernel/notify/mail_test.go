package notify_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/notify"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// TestOneDigestOverEverythingFollowed follows two searches daily, in Arabic, and
// reads the mail that comes.
func TestOneDigestOverEverythingFollowed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newPost(t, mood{})
		p.settings("none")(&w.config)
		w.notify = w.replica()
		amina := w.person("Amina", "ar")
		masks := w.follow(amina, notify.Query{Text: "masks", Lang: "en"}, notify.Ways{Mail: notify.Daily, Site: true})
		w.follow(amina, notify.Query{Filters: tags("kind", "protocol", "country", "CN")}, notify.Ways{Mail: notify.Weekly})
		w.clock.add(time.Minute)
		w.publish("Masks for <all>", "Wear masks in the ward.", "kind", "guideline", "country", "CN")
		w.publish("Protocol", "How to treat.", "kind", "protocol", "country", "CN")
		w.publish("Protocol elsewhere", "How to treat.", "kind", "protocol", "country", "FR")
		w.publish("Guideline", "Ventilate rooms.", "kind", "guideline", "country", "CN")
		w.react()
		w.flush()
		w.wantBacklog("")
		if m, err := w.notify.Preview(t.Context(), amina); err != nil || m.Things != 2 {
			t.Fatalf("preview of %d things, %v", m.Things, err)
		}
		w.clock.add(22*time.Hour + time.Minute) // Friday after six
		w.flush()
		w.flush()
		got := p.messages()
		if len(got) != 1 {
			t.Fatalf("%d mails, want 1 (outbox: %s)", len(got), w.backlog())
		}
		m := got[0]
		plain, html := m.parts(t)
		for _, want := range []string{"Masks for <all>", "https://center.example/r/", "https://center.example" + notify.StopPath} {
			if !strings.Contains(plain, want) {
				t.Errorf("the text lacks %q:\n%s", want, plain)
			}
		}
		for _, want := range []string{`lang="ar" dir="rtl"`, "Masks for &lt;all&gt;", `<a href="https://center.example/r/`, "lang=ar"} {
			if !strings.Contains(html, want) {
				t.Errorf("the page lacks %q:\n%s", want, html)
			}
		}
		if strings.Contains(plain, "Protocol") || strings.Contains(plain+html, "⟦") || strings.Contains(html, "ZgotmplZ") {
			t.Errorf("the mail holds what is not due, a missing text or a refused value:\n%s\n%s", plain, html)
		}
		if !strings.Contains(m.header(t, "Subject"), "Masks for <all>") || m.header(t, "Content-Language") != "ar" || !strings.Contains(m.header(t, "To"), "amina@people.example") {
			t.Errorf("headers %v", m.msg.Header)
		}
		link := m.msg.Header.Get("List-Unsubscribe")
		if m.msg.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.HasPrefix(link, "<https://center.example"+notify.StopPath) {
			t.Errorf("unsubscribe %q", link)
		}
		// The weekly one comes on Monday, under another Message-ID.
		w.clock.add(72 * time.Hour)
		w.flush()
		if got = p.messages(); len(got) != 2 || got[0].msg.Header.Get("Message-Id") == got[1].msg.Header.Get("Message-Id") {
			t.Fatalf("%d mails on Monday", len(got))
		}
		w.wantBacklog("mail/sent 2")
		// One click, without a session.
		token := strings.TrimSuffix(strings.TrimPrefix(link, "<https://center.example"+notify.StopPath), ">")
		if _, err := w.notify.Unsubscribe(t.Context(), token[:len(token)-2]+"AA"); err == nil {
			t.Error("a forged token was taken")
		}
		for range 2 {
			if stop, err := w.notify.Unsubscribe(t.Context(), token); err != nil || stop.Person != amina || !stop.Follow.IsZero() {
				t.Fatalf("unsubscribe: %+v, %v", stop, err)
			}
		}
		list, err := w.notify.List(t.Context(), amina)
		if err != nil || len(list) != 1 || list[0].ID != masks.ID || list[0].Ways.Mail != notify.Never || !list[0].Ways.Site {
			t.Fatalf("followed after all: %s, %v", asJSON(list), err)
		}
		w.publish("More masks", "masks", "kind", "guideline")
		w.react()
		w.clock.add(10 * 24 * time.Hour)
		w.flush()
		if len(p.messages()) != 2 {
			t.Error("mail after it was stopped")
		}
	})
}

// TestMailOnBadDays sends through a server in every mood; whatever happens, in
// the end each mail has arrived once.
func TestMailOnBadDays(t *testing.T) {
	flaky := func(n int) string {
		if n%2 == 1 {
			return "451 later"
		}
		return ""
	}
	for name, bad := range map[string]struct {
		mood  mood
		down  bool
		both  bool // on both databases
		again bool // the same mail may arrive again, under the same Message-ID
	}{
		"down":           {down: true, both: true},
		"refuses":        {mood: mood{greet: "421 not now"}},
		"bars":           {mood: mood{greet: "554 go away"}},
		"full":           {mood: mood{recipient: func(int) string { return "452 full" }}},
		"flaky":          {mood: mood{recipient: flaky}, both: true},
		"content":        {mood: mood{content: "451 scanning"}},
		"drops mid-DATA": {mood: mood{drop: 3}, both: true},
		"slow":           {mood: mood{slow: 100 * time.Millisecond}, both: true},
		"hangs":          {mood: mood{slow: 900 * time.Millisecond, content: "451 too late"}},
		"deaf":           {mood: mood{deaf: 2}, again: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				if !bad.both && db.Dialect() != store.SQLite {
					t.Skip("the mood of the mail server is the same to every database")
				}
				p := newPost(t, bad.mood)
				w := newWorld(t, db, p.settings("none"), func(c *notify.Config) { c.Mail.Timeout = 600 * time.Millisecond; c.Mail.Dial = time.Second })
				const n = 4
				for i := range n {
					who := w.person(fmt.Sprint("P", i), "en")
					w.follow(who, notify.Query{}, notify.Ways{Mail: notify.Once})
				}
				w.clock.add(time.Second)
				w.publish("News", "Something new.")
				w.react()
				w.clock.add(time.Minute)
				if bad.down {
					p.down()
				}
				other := w.replica()
				both := func() {
					var all sync.WaitGroup
					for _, s := range []*notify.Service{w.notify, other} {
						all.Go(func() {
							if err := s.Flush(t.Context()); err != nil {
								t.Error(err)
							}
						})
					}
					all.Wait()
				}
				both()
				if bad.down {
					p.up()
				}
				p.feel(mood{drop: p.mood.drop, deaf: p.mood.deaf})
				for range 8 {
					if w.backlog() == fmt.Sprint("mail/sent ", n) {
						break
					}
					w.clock.add(time.Hour)
					both()
				}
				w.wantBacklog(fmt.Sprint("mail/sent ", n))
				ids, people := map[string]int{}, map[string]int{}
				for _, m := range p.messages() {
					ids[m.msg.Header.Get("Message-Id")]++
					people[m.to]++
				}
				if len(ids) != n || len(people) != n {
					t.Errorf("%d different mails to %d people, want %d", len(ids), len(people), n)
				}
				if got := len(p.messages()); got != n && !bad.again || bad.again && got != n+2 {
					t.Errorf("%d mails arrived for %d that were sent", got, n)
				}
			})
		})
	}
}

// TestRefusedForGood: a recipient that does not exist is not tried for days, and
// one that fails for too long is given up, both where an operator sees it.
func TestRefusedForGood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newPost(t, mood{recipient: func(int) string { return "550 no such user" }})
		p.settings("none")(&w.config)
		w.notify = w.replica()
		amina := w.person("Amina", "en")
		say := func(key string) {
			w.must(w.notify.NoticeTo(t.Context(), notify.Letter{Key: key, Person: amina, Words: "shelf.invite", Args: map[string]any{"org": "us"}, Mail: true}))
		}
		say("a")
		w.flush()
		w.wantBacklog("mail/failed 1")
		failed, err := w.notify.Deliveries(t.Context(), notify.Failed, facts.ID{}, 10)
		if err != nil || len(failed) != 1 || !strings.Contains(failed[0].Trouble, "no such user") {
			t.Fatalf("failed: %s, %v", asJSON(failed), err)
		}
		p.feel(mood{})
		w.must(w.notify.Retry(t.Context(), failed[0].ID))
		w.flush()
		w.wantBacklog("mail/sent 1")

		p.feel(mood{content: "451 not today"})
		say("b")
		attempts := 0
		for range 60 {
			before := p.count()
			w.flush()
			attempts += p.count() - before
			w.clock.add(3 * time.Hour)
		}
		w.wantBacklog("mail/sent 1, mail/failed 1")
		if attempts < 15 || attempts > 40 {
			t.Errorf("tried over %d connections in five days", attempts)
		}
	})
}

func (p *post) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines
}

// TestMailIsEncrypted sends with TLS from the first byte, with STARTTLS and a
// password, and not at all when the server offers no encryption or another's
// certificate.
func TestMailIsEncrypted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mood mood
		how  string
		user string
		bad  bool
		roof bool // the certificate is not known
	}{
		"first":           {mood: mood{first: true}, how: "tls"},
		"start":           {mood: mood{start: true, user: "sender"}, how: "starttls", user: "sender"},
		"first, signed":   {mood: mood{first: true, user: "sender"}, how: "tls", user: "sender"},
		"not offered":     {mood: mood{}, how: "starttls", bad: true},
		"tried":           {mood: mood{}, how: "try"},
		"stranger, start": {mood: mood{start: true}, how: "starttls", roof: true, bad: true},
		"stranger, first": {mood: mood{first: true}, how: "tls", roof: true, bad: true},
		"wrong password":  {mood: mood{start: true, user: "sender"}, how: "starttls", user: "somebody", bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			p := newPost(t, c.mood)
			w := newWorld(t, db, p.settings(c.how), func(conf *notify.Config) {
				if c.user != "" {
					conf.Mail.User, conf.Mail.Password = c.user, "secret"
				}
				if c.roof {
					conf.Mail.Roots = nil
				}
			})
			if err := w.notify.CheckMail(t.Context()); (err != nil) != c.bad {
				t.Errorf("the check says %v", err)
			}
			w.must(w.notify.NoticeTo(t.Context(), notify.Letter{Key: "k", Address: "new@people.example", Lang: "zh", Words: "shelf.invite", Args: map[string]any{"org": "us"}, Link: "/join/secret", Mail: true}))
			w.flush()
			got := p.messages()
			if c.bad != (len(got) == 0) {
				t.Fatalf("%d mails, outbox %s", len(got), w.backlog())
			}
			if !c.bad && c.how != "try" && !got[0].secured {
				t.Error("the mail went in the clear")
			}
		})
	}
}

// TestLetters writes to people with and without an account; nothing of what they
// were told stays in the outbox, and nothing in it can become a header.
func TestLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newPost(t, mood{})
		p.settings("none")(&w.config)
		w.notify = w.replica()
		evil := "X\r\nBcc: victim@people.example\r\n\r\nbody"
		who, err := w.identity.CreatePerson(t.Context(), identity.NewPerson{Name: "Li Na", Email: "li@people.example", Lang: "zh"})
		w.must(err)
		for range 2 {
			w.must(w.notify.NoticeTo(t.Context(), notify.Letter{Key: "i1", Person: who.ID, Words: "shelf.invite", Args: map[string]any{"org": evil}, Link: "/join/secret", Site: true, Mail: true}))
			w.must(w.notify.NoticeTo(t.Context(), notify.Letter{Key: "i1", Address: "new@people.example", Lang: "ar", Words: "shelf.invite", Args: map[string]any{"org": "us"}, Link: "/join/other", Mail: true}))
		}
		for _, bad := range []string{"a@b.example\r\nBcc: c@d.example", "Name <a@b.example>", "a@b.example, c@d.example", "nobody", ""} {
			if err := w.notify.NoticeTo(t.Context(), notify.Letter{Key: "x", Address: bad, Words: "shelf.invite", Mail: true}); err == nil {
				t.Errorf("%q was taken as an address", bad)
			}
		}
		w.flush()
		got := p.messages()
		if len(got) != 2 {
			t.Fatalf("%d mails, want 2 (%s)", len(got), w.backlog())
		}
		for _, m := range got {
			if m.msg.Header.Get("Bcc") != "" || m.msg.Header.Get("List-Unsubscribe") != "" || strings.Contains(m.to, "victim") {
				t.Errorf("headers %v to %s", m.msg.Header, m.to)
			}
			if plain, html := m.parts(t); !strings.Contains(plain, "https://center.example/join/") || !strings.Contains(html, "https://center.example/join/") {
				t.Errorf("no link in\n%s", plain)
			}
		}
		w.must(w.db.Read(t.Context(), func(tx *store.Tx) error {
			var left int
			err := tx.QueryRow(t.Context(), "select count(*) from notify_outbox where link <> '' or address <> '' or args <> '{}'").Scan(&left)
			if err == nil && left != 0 {
				t.Errorf("%d rows keep what was said", left)
			}
			return err
		}))
		list, err := w.notify.Notices(t.Context(), who.ID, []facts.Lang{"zh"}, facts.ID{}, 10)
		if err != nil || len(list) != 1 || list[0].Words != "shelf.invite" || list[0].Link != "/join/secret" {
			t.Fatalf("notices %s, %v", asJSON(list), err)
		}
	})
}
