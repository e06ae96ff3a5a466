package notify

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"sameboat/facts"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// Match is somebody's follow and the new documents that fit it.
type Match struct {
	Follow    Follow
	Documents []int32 // their places, ascending; at least one
}

// Matching gives every follow that one of the documents fits, in the order in
// which they were made. The documents should be in the index of search already.
func (s *Service) Matching(ctx context.Context, docs []search.Document) ([]Match, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	var list []Match
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = candidates(ctx, tx, docs)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("match follows: %w", err)
	}
	if err := s.holdWords(ctx, docs, list); err != nil {
		return nil, fmt.Errorf("match follows: %w", err)
	}
	return slices.DeleteFunc(list, func(m Match) bool { return len(m.Documents) == 0 }), nil
}

// candidates looks the documents' values up in the inverted table and reads the
// follows of which every filtered dimension has one, with the documents that
// have them.
func candidates(ctx context.Context, tx *store.Tx, docs []search.Document) ([]Match, error) {
	passed, err := passFilters(ctx, tx, docs)
	if err != nil {
		return nil, err
	}
	every := make([]int32, len(docs))
	for i := range every {
		every[i] = int32(i)
	}
	var list []Match
	take := func(rows *store.Rows) error {
		f, err := scanFollow(rows)
		if err == nil {
			pass, filtered := passed[f.ID]
			if !filtered {
				pass = every
			}
			list = append(list, Match{f, slices.Clone(pass)})
		}
		return err
	}
	var ids []any
	for id := range passed {
		ids = append(ids, id)
	}
	if err := tx.QueryList(ctx, "select "+followColumns+" from notify_follows where id in", ids, take); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, "select "+followColumns+" from notify_follows where dims = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b Match) int { return slices.Compare(a.Follow.ID[:], b.Follow.ID[:]) })
	return list, rows.Err()
}

// passFilters gives, for each follow with filters, the documents that have a
// wanted value in every dimension it filters.
func passFilters(ctx context.Context, tx *store.Tx, docs []search.Document) (map[facts.ID][]int32, error) {
	have := map[search.Tag][]int32{} // documents by value
	for i, d := range docs {
		for _, t := range d.Tags {
			if list := have[t]; len(list) == 0 || list[len(list)-1] != int32(i) {
				have[t] = append(list, int32(i))
			}
		}
	}
	var tags []any
	of := make(map[string]search.Tag, len(have))
	for t := range have {
		tags = append(tags, tagText(t))
		of[tagText(t)] = t
	}
	met := map[facts.ID]*filtered{}
	err := tx.QueryList(ctx, "select v.follow, v.tag, f.dims from notify_filters v join notify_follows f on f.id = v.follow where v.tag in", tags, func(rows *store.Rows) error {
		var id facts.ID
		var tag string
		var dims int
		if err := rows.Scan(&id, &tag, &dims); err != nil {
			return err
		}
		m := met[id]
		if m == nil {
			m = &filtered{dims: dims, has: map[string][]int32{}}
			met[id] = m
		}
		t := of[tag]
		m.has[t.Dim] = append(m.has[t.Dim], have[t]...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := map[facts.ID][]int32{}
	count := make([]int, len(docs))
	for id, m := range met {
		if pass := m.all(count); len(pass) > 0 {
			out[id] = pass
		}
	}
	return out, nil
}

// tagText is how a value stands in the inverted table.
func tagText(t search.Tag) string { return t.Dim + "=" + t.Value }

// filtered is what a follow's filters have met: documents by dimension.
type filtered struct {
	dims int
	has  map[string][]int32
}

// all gives the documents that were met in every dimension. count is working
// memory of zeros, and is so again afterwards.
func (m *filtered) all(count []int) (pass []int32) {
	if len(m.has) < m.dims {
		return nil
	}
	for dim, docs := range m.has {
		slices.Sort(docs)
		docs = slices.Compact(docs)
		m.has[dim] = docs
		for _, d := range docs {
			if count[d]++; count[d] == m.dims {
				pass = append(pass, d)
			}
		}
	}
	for _, docs := range m.has {
		for _, d := range docs {
			count[d] = 0
		}
	}
	slices.Sort(pass)
	return pass
}

// question is what several follows may ask alike.
type question struct {
	text string
	lang facts.Lang
}

// holdWords leaves to each follow the documents that its words match.
func (s *Service) holdWords(ctx context.Context, docs []search.Document, list []Match) error {
	asking := map[question][]int{}
	var questions []question
	for i, m := range list {
		if m.Follow.Query.Text == "" {
			continue
		}
		q := question{m.Follow.Query.Text, m.Follow.Query.Lang}
		if asking[q] == nil {
			questions = append(questions, q)
		}
		asking[q] = append(asking[q], i)
	}
	if len(questions) == 0 {
		return nil
	}
	fresh, err := s.c.Search.Fresh(docs)
	if err != nil {
		return err
	}
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for n := next.Add(1) - 1; int(n) < len(questions) && ctx.Err() == nil && failed.Load() == nil; n = next.Add(1) - 1 {
				q := questions[n]
				found, err := fresh.Matching(q.text, q.lang)
				if err != nil {
					failed.Store(&err)
					return
				}
				slices.Sort(found)
				for _, i := range asking[q] {
					list[i].Documents = both(list[i].Documents, found)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return ctx.Err()
}

// both gives what two sorted lists share, in the memory of the first.
func both(a, b []int32) []int32 {
	out := a[:0]
	for _, v := range a {
		if _, ok := slices.BinarySearch(b, v); ok {
			out = append(out, v)
		}
	}
	return out
}
