package notify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/notify"
	"sameboat/kernel/search"
)

// TestMatchesAreWhatASearchFinds holds random follows against random documents:
// a follow matches exactly the new documents that a search with its words and
// filters finds.
func TestMatchesAreWhatASearchFinds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(1, 2))
		words := strings.Fields("mask ward oxygen fever child water soap clinic test dose isolation contact")
		some := func(n int) string {
			var list []string
			for range n {
				list = append(list, words[int(float64(len(words))*r.Float64()*r.Float64())])
			}
			return strings.Join(list, " ")
		}
		values := map[string][]string{"kind": {"guideline", "protocol", "training"}, "topic": {"care", "ipc", "lab", "travel"}, "country": {"CN", "FR", "KE"}}
		for i := range 60 {
			var pairs []string
			for dim, list := range values {
				for range r.IntN(3) {
					pairs = append(pairs, dim, list[r.IntN(len(list))])
				}
			}
			w.publish(fmt.Sprint("Title ", i), some(12), pairs...)
		}
		w.must(w.search.CatchUp(t.Context()))
		var fresh []search.Document
		for _, d := range w.docs {
			if r.IntN(2) == 0 {
				fresh = append(fresh, d)
			}
		}
		person := w.person("Amina", "en")
		want := map[string]bool{}
		for range 120 {
			var q notify.Query
			if r.IntN(3) > 0 {
				q.Text, q.Lang = some(1+r.IntN(3)), "en"
			}
			for dim, list := range values {
				if r.IntN(2) == 0 {
					for range 1 + r.IntN(2) {
						q.Filters = append(q.Filters, search.Tag{Dim: dim, Value: list[r.IntN(len(list))]})
					}
				}
			}
			f := w.follow(person, q, notify.Ways{Site: true})
			res, err := w.search.Search(t.Context(), search.Query{Text: q.Text, QLang: "en", Filters: q.Filters, Limit: 100})
			w.must(err)
			for _, h := range res.Hits {
				if slices.ContainsFunc(fresh, func(d search.Document) bool { return d.ID == h.ID }) {
					want[fmt.Sprint(f.ID, h.ID)] = true
				}
			}
		}
		got := map[string]bool{}
		matches, err := w.notify.Matching(t.Context(), fresh)
		w.must(err)
		n := 0
		for _, m := range matches {
			for _, doc := range m.Documents {
				n++
				got[fmt.Sprint(m.Follow.ID, fresh[doc].ID)] = true
				if !want[fmt.Sprint(m.Follow.ID, fresh[doc].ID)] {
					t.Errorf("%s matches %s, which a search does not find", asJSON(m.Follow.Query), asJSON(fresh[doc]))
				}
			}
		}
		if len(got) != len(want) || len(got) != n || len(want) < 100 {
			t.Errorf("%d matches (%d different), searches find %d", n, len(got), len(want))
		}
	})
}

// TestWhoIsTold: only news from after somebody followed, each thing once however
// many follows it fits, and nothing that is not public or not there any more.
func TestWhoIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		amina, li := w.person("Amina", "en"), w.person("Li", "zh")
		w.publish("Old", "masks", "kind", "guideline")
		w.clock.add(time.Minute)
		first := w.follow(amina, notify.Query{Filters: tags("kind", "guideline")}, notify.Ways{Site: true, Mail: notify.Weekly})
		w.follow(amina, notify.Query{Text: "masks"}, notify.Ways{Site: true, Mail: notify.Daily})
		w.follow(li, notify.Query{Filters: tags("kind", "guideline", "topic", "ipc")}, notify.Ways{Site: true})
		again := w.follow(amina, notify.Query{Filters: tags("kind", "guideline", "kind", "guideline")}, notify.Ways{Site: true, Mail: notify.Weekly})
		if again.ID != first.ID {
			t.Error("the same query is followed twice")
		}
		w.follow(facts.NewID(w.clock.Now()), notify.Query{}, notify.Ways{Site: true}) // of an account that is gone
		w.react()
		w.clock.add(time.Minute)
		id := w.publish("New", "masks", "kind", "guideline")
		hidden := facts.NewID(w.clock.Now())
		w.say(hidden, "published", facts.Node) // held back
		w.mu.Lock()
		w.docs[hidden] = search.Document{ID: hidden, Tags: tags("kind", "guideline"), Variants: []search.Variant{{Lang: "en", Title: "Held", Passages: []search.Passage{{Text: "masks"}}}}}
		w.mu.Unlock()
		w.react()
		unseen := func(who facts.ID, want int) []notify.Notice {
			t.Helper()
			n, err := w.notify.Unseen(t.Context(), who)
			w.must(err)
			list, err := w.notify.Notices(t.Context(), who, []facts.Lang{"en"}, facts.ID{}, 100)
			w.must(err)
			if n != want {
				t.Errorf("%d unseen notices, want %d: %s", n, want, asJSON(list))
			}
			return list
		}
		list := unseen(amina, 1)
		if list[0].Thing != id || list[0].Title != "New" || !strings.HasPrefix(list[0].Link, "/r/") {
			t.Errorf("notice %s", asJSON(list[0]))
		}
		unseen(li, 0)
		w.must(w.notify.MarkRead(t.Context(), li, list[0].ID))
		unseen(amina, 1)
		w.must(w.notify.MarkRead(t.Context(), amina, list[0].ID))
		unseen(amina, 0)
		w.clock.add(time.Minute)
		w.republish(id, "New, again", "masks", "kind", "guideline", "topic", "ipc")
		w.react()
		w.must(w.notify.MarkRead(t.Context(), amina))
		unseen(amina, 0)
		unseen(li, 1)
		w.withdraw(id)
		if list := unseen(li, 1); list[0].Title != "" {
			t.Errorf("the title of what is withdrawn is still shown: %s", asJSON(list))
		}
		// Two pages, the newest first.
		page, err := w.notify.Notices(t.Context(), amina, nil, facts.ID{}, 1)
		w.must(err)
		rest, err := w.notify.Notices(t.Context(), amina, nil, page[0].ID, 10)
		if err != nil || len(page) != 1 || len(rest) != 1 || rest[0].ID == page[0].ID {
			t.Errorf("pages %s, %s, %v", asJSON(page), asJSON(rest), err)
		}
		if m, err := w.notify.Preview(t.Context(), amina); err != nil || m.Things != 0 {
			t.Errorf("preview of what is withdrawn: %+v, %v", m, err)
		}
		w.must(w.notify.Unfollow(t.Context(), amina, first.ID))
		if err := w.notify.Unfollow(t.Context(), li, first.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("unfollow twice: %v", err)
		}
		w.must(w.notify.Forget(t.Context(), li))
		unseen(li, 0)
	})
}

// TestReactorFollowsTheJournal runs the real reactor and the real loop of
// deliveries until everybody has been told.
func TestReactorFollowsTheJournal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newPost(t, mood{})
		p.settings("none")(&w.config)
		w.config.Settle = time.Millisecond
		w.notify = w.replica()
		for i := range 3 {
			w.follow(w.person(fmt.Sprint("P", i), "zh"), notify.Query{}, notify.Ways{Site: true, Mail: notify.Once})
		}
		w.clock.add(time.Second)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{}, 2)
		go func() { w.journal.Run(ctx, w.notify.Reactor()); ended <- struct{}{} }()
		go func() { w.notify.Run(ctx); ended <- struct{}{} }()
		w.publish("News", "Something new.")
		for end := time.Now().Add(10 * time.Second); len(p.messages()) < 3 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			w.clock.add(10 * time.Millisecond)
		}
		stop()
		<-ended
		<-ended
		w.wantBacklog("mail/sent 3")
		if got := len(p.messages()); got != 3 {
			t.Errorf("%d mails", got)
		}
	})
}

// TestFollowIsChecked: what is from outside is bounded and told by its name.
func TestFollowIsChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		amina, site := w.person("Amina", "en"), notify.Ways{Site: true}
		many := make([]search.Tag, 51)
		for i := range many {
			many[i] = search.Tag{Dim: "kind", Value: fmt.Sprint(i)}
		}
		for field, try := range map[string]func() error{
			"text": func() error {
				_, err := w.notify.Follow(t.Context(), amina, "", notify.Query{Text: strings.Repeat("x", 3000)}, site)
				return err
			},
			"name": func() error {
				_, err := w.notify.Follow(t.Context(), amina, "\xff", notify.Query{}, site)
				return err
			},
			"filters": func() error {
				_, err := w.notify.Follow(t.Context(), amina, "", notify.Query{Filters: many}, site)
				return err
			},
			"ways": func() error {
				_, err := w.notify.Follow(t.Context(), amina, "", notify.Query{}, notify.Ways{Mail: "hourly"})
				return err
			},
			"person": func() error {
				_, err := w.notify.Follow(t.Context(), facts.ID{}, "", notify.Query{}, site)
				return err
			},
		} {
			if f := fault.Of(try()); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %+v", field, f)
			}
		}
		li := w.person("Li", "zh")
		hook, _, err := w.notify.AddHook(t.Context(), li, "https://good.example/")
		w.must(err)
		if _, err := w.notify.Follow(t.Context(), amina, "", notify.Query{}, notify.Ways{Hook: hook.ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else's webhook: %v", err)
		}
		f := w.follow(amina, notify.Query{Text: "lavez vos mains avec du savon"}, site)
		if f.Query.Lang != "fr" {
			t.Errorf("language of the words: %q", f.Query.Lang)
		}
	})
}

// TestTextsAreComplete holds every language to every message.
func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	for _, p := range catalog(t).Complete() {
		t.Error(p)
	}
}
