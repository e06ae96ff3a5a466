package knowledge

import (
	"slices"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// filed is a state no rule of the policy names: nobody outside may read it.
const filed = "filed"

// TestEverythingAsksThePolicy: for every kind of reader, what is listed, counted,
// shown as a card and read is exactly what identity.Can allows, on either
// database. A state that no rule names is closed.
func TestEverythingAsksThePolicy(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		clinic, other := facts.NewID(time.UnixMilli(1)), facts.NewID(time.UnixMilli(2))
		person := facts.NewID(time.UnixMilli(3))
		owners, states := map[facts.ID]facts.ID{}, map[facts.ID]string{}
		for _, owner := range []facts.ID{clinic, other} {
			for _, state := range []string{Published, Superseded, Historical, Withdrawn, filed} {
				id := l.shelve(t, owner, state)
				owners[id], states[id] = owner, state
			}
		}
		for name, actor := range map[string]identity.Actor{
			"anybody":          {},
			"reader":           {Person: person, Org: clinic, Roles: identity.Reader},
			"contributor":      {Person: person, Org: clinic, Roles: identity.Contributor},
			"desk":             {Person: person, Org: other, Operator: true, Roles: identity.Desk},
			"desk elsewhere":   {Person: person, Org: clinic, Roles: identity.Desk},
			"a token to trace": {Person: person, Org: other, Operator: true, Roles: identity.Admin, Token: person, Scopes: []identity.Verb{identity.Trace}},
			"the command line": identity.CommandLine(other),
		} {
			seen := l.For(actor)
			mayRead := map[facts.ID]bool{}
			offered := 0
			for id, state := range states {
				mayRead[id] = identity.Can(actor, identity.Read, thing(owners[id], state))
				if mayRead[id] && state != Withdrawn {
					offered++
				}
				r, err := seen.Resource(t.Context(), id)
				if traces := identity.Can(actor, identity.Trace, thing(owners[id], state)); traces != (err == nil) || !traces && !fault.Is(err, fault.NotFound) {
					t.Errorf("%s, %s: may know of it: %v, but %v", name, state, traces, err)
				} else if err == nil && (len(r.Text.Variants) > 0) != mayRead[id] {
					t.Errorf("%s, %s: may read: %v, but there are %d texts", name, state, mayRead[id], len(r.Text.Variants))
				}
				if _, err := seen.Edition(t.Context(), id, 1); (err == nil) != mayRead[id] {
					t.Errorf("%s, %s: an edition by its number: %v", name, state, err)
				}
				cards, err := seen.Cards(t.Context(), []facts.ID{id})
				if err != nil || (len(cards) == 1) != mayRead[id] {
					t.Errorf("%s, %s: %d cards (%v)", name, state, len(cards), err)
				}
			}
			var listed []facts.ID
			for _, state := range []string{Published, Superseded, Historical, Withdrawn, filed} {
				cards, total, err := seen.List(t.Context(), Filter{Limit: 100, Tags: []Tag{{"state", state}}})
				if err != nil || total != len(cards) {
					t.Fatalf("%s, %s: %d of %d: %v", name, state, len(cards), total, err)
				}
				for _, c := range cards {
					listed = append(listed, c.ID)
				}
			}
			for id := range states {
				if slices.Contains(listed, id) != mayRead[id] {
					t.Errorf("%s: %s is listed: %v, may be read: %v", name, states[id], !mayRead[id], mayRead[id])
				}
			}
			_, total, err := seen.List(t.Context(), Filter{Limit: 1})
			counts, cerr := seen.Counts(t.Context(), "kind")
			sum, _, _, terr := seen.Totals(t.Context())
			if err != nil || cerr != nil || terr != nil || total != offered || sum != offered || len(counts) != 1 || counts[0].N != offered {
				t.Errorf("%s: listed %d, in all %d, counted %v, want %d (%v, %v, %v)", name, total, sum, counts, offered, err, cerr, terr)
			}
		}
		checkIndexed(t, l.For(identity.CommandLine(other)), states)
	})
}

// checkIndexed holds what the index is given to what anybody may read, whoever
// the library is for.
func checkIndexed(t *testing.T, l *Library, states map[facts.ID]string) {
	t.Helper()
	var all, offered []facts.ID
	for id, state := range states {
		all = append(all, id)
		if state == Published || state == Superseded || state == Historical {
			offered = append(offered, id)
		}
	}
	same := func(what string, got []facts.ID) {
		byID := func(a, b facts.ID) int { return slices.Compare(a[:], b[:]) }
		slices.SortFunc(got, byID)
		slices.SortFunc(offered, byID)
		if !slices.Equal(got, offered) {
			t.Errorf("%s: %d, want %d", what, len(got), len(offered))
		}
	}
	var each, documents, shown []facts.ID
	err := l.Each(t.Context(), func(ids []facts.ID) error { each = append(each, ids...); return nil })
	if err != nil {
		t.Fatal(err)
	}
	docs, err := l.Documents(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		documents = append(documents, d.ID)
	}
	var want []search.Want
	for _, id := range all {
		want = append(want, search.Want{ID: id})
	}
	hits, err := l.Show(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		shown = append(shown, h.ID)
	}
	same("each", each)
	same("documents", documents)
	same("hits", shown)
}

// shelve takes a resource in and brings it into a state.
func (l *Library) shelve(t *testing.T, owner facts.ID, state string) (id facts.ID) {
	t.Helper()
	file := textFile(state+".csv", "id,title,body,lang\n"+state+",Title,Words,en\n")
	if r, err := l.Import(t.Context(), []File{file}, Options{Owner: owner, Kind: "qa", Source: state}, nil); err != nil || r.New != 1 {
		t.Fatalf("import: %+v, %v", r, err)
	}
	err := l.db.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.QueryRow(t.Context(), `select id from knowledge_resources order by seq desc limit 1`).Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `update knowledge_resources set state = $1 where id = $2`, state, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
