package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// rebuildPage is how many facts a rebuild reads at a time.
const rebuildPage = 500

// Projection makes one room's views out of facts.
type Projection struct {
	Name    string   // of the room
	Version int      // raise it when Apply changes its mind
	Schema  string   // statements that create Tables and their indexes, without naming a schema
	Tables  []string // all tables of Schema, each beginning with the room's name
	// Apply changes the tables for one fact. It reads nothing but its own tables
	// and the fact, has no clock and no chance, and cannot fail on a fact that the
	// journal accepted. At a rebuild the body of an erased fact is nil from the
	// start; on facts.BodyErased it drops what it took from that body.
	Apply func(ctx context.Context, tx *store.Tx, f Fact) error
}

// Hash changes when the views must be built anew.
func (p Projection) Hash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%s", p.Name, p.Version, p.Schema, strings.Join(p.Tables, " ")))
	return hex.EncodeToString(sum[:])
}

func hashAll(views []Projection) string {
	var list []string
	for _, p := range views {
		list = append(list, p.Name+" "+p.Hash())
	}
	slices.Sort(list)
	sum := sha256.Sum256([]byte(strings.Join(list, "\n")))
	return hex.EncodeToString(sum[:])
}

func checkProjections(views []Projection) error {
	plain := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	seen := map[string]bool{}
	for _, p := range views {
		for _, name := range append([]string{p.Name}, p.Tables...) {
			if !plain.MatchString(name) {
				return fmt.Errorf("projection %q: %q is no plain lower-case name", p.Name, name)
			}
		}
		for _, key := range append([]string{"name " + p.Name}, p.Tables...) {
			if seen[key] {
				return fmt.Errorf("projection %q: %q is there twice", p.Name, key)
			}
			seen[key] = true
		}
		if p.Apply == nil {
			return fmt.Errorf("projection %q has no Apply", p.Name)
		}
	}
	return nil
}

func (j *Journal) apply(ctx context.Context, tx *store.Tx, views []Projection, list []Fact) error {
	for _, f := range list {
		for _, p := range views {
			if err := p.Apply(ctx, tx, f); err != nil {
				return fmt.Errorf("view %s, fact %d (%s): %w", p.Name, f.Seq, f.Kind, err)
			}
		}
	}
	return nil
}

// settleViews makes the database's views those of this program: it builds the
// new and changed ones, drops those that no room wants any more, and refuses
// when a newer program made one.
func (j *Journal) settleViews(ctx context.Context, tx *store.Tx) error {
	known, err := knownViews(ctx, tx)
	if err != nil {
		return err
	}
	var build []Projection
	for _, p := range j.views {
		k, ok := known[p.Name]
		delete(known, p.Name)
		if ok && k.version > p.Version {
			return fault.New(fault.Away, KeyNewer, fault.Args{"view": p.Name, "found": k.version, "known": p.Version})
		}
		if !ok || k.hash != p.Hash() {
			build = append(build, p)
			if err := dropTables(ctx, tx, k.tables); err != nil {
				return err
			}
		}
	}
	for name, k := range known {
		if err := dropTables(ctx, tx, k.tables); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from journal_views where name = $1", name); err != nil {
			return err
		}
	}
	if len(build) > 0 {
		if err := j.build(ctx, tx, build, j.o.Progress); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "update journal_node set views = $1 where views <> $1", j.hash)
	return err
}

type knownView struct {
	version int
	hash    string
	tables  []string
}

func knownViews(ctx context.Context, tx *store.Tx) (map[string]knownView, error) {
	rows, err := tx.Query(ctx, "select name, version, hash, tables from journal_views")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[string]knownView{}
	for rows.Next() {
		var name, tables string
		var k knownView
		if err := rows.Scan(&name, &k.version, &k.hash, &tables); err != nil {
			return nil, err
		}
		k.tables = strings.Fields(tables)
		known[name] = k
	}
	return known, rows.Err()
}

func dropTables(ctx context.Context, tx *store.Tx, tables []string) error {
	for _, t := range slices.Backward(tables) {
		if _, err := tx.Exec(ctx, "drop table if exists "+t); err != nil {
			return err
		}
	}
	return nil
}

// Rebuild builds views anew from the facts: those named, or all. Readers keep
// the old ones until the new ones are whole; appends wait meanwhile. Reactors
// notice nothing. progress may be nil.
func (j *Journal) Rebuild(ctx context.Context, names []string, progress func(done, total int64)) error {
	var views []Projection
	for _, p := range j.views {
		if len(names) == 0 || slices.Contains(names, p.Name) {
			views = append(views, p)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(views, func(p Projection) bool { return p.Name == n }) {
			return fault.New(fault.NotFound, KeyNoView, fault.Args{"view": n})
		}
	}
	err := j.db.WriteInOrder(ctx, appendLock, func(tx *store.Tx) error {
		if _, err := j.open(ctx, tx); err != nil {
			return err
		}
		return j.build(ctx, tx, views, progress)
	})
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

// replay applies every fact to the views.
func (j *Journal) replay(ctx context.Context, tx *store.Tx, views []Projection, progress func(done, total int64)) error {
	total, _, _, err := heads(ctx, tx)
	if err != nil {
		return err
	}
	for seq := facts.Seq(0); seq < total; {
		list, err := after(ctx, tx, seq, rebuildPage)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("facts after %d are missing: the journal should end at %d", seq, total)
		}
		if err := j.apply(ctx, tx, views, list); err != nil {
			return err
		}
		seq = list[len(list)-1].Seq
		if progress != nil {
			progress(int64(seq), int64(total))
		}
	}
	return nil
}
