package knowledge

import (
	"context"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// maxMemory bounds the text of one translation memory.
const maxMemory = 512 << 20 // bytes

// ImportTranslations takes translation memories in: TMX, JSONL with a text map,
// tables with a column a language, or line-aligned files whose extension is
// their language ("x.en x.fr").
func (l *Library) ImportTranslations(ctx context.Context, files []File, o Options, progress func(Progress)) (Report, error) {
	return l.importMemories(ctx, files, o, facts.MemoryAdded, progress)
}

// ImportGlossary takes glossaries in: CSV of language pairs, or with a column a
// language.
func (l *Library) ImportGlossary(ctx context.Context, files []File, o Options, progress func(Progress)) (Report, error) {
	return l.importMemories(ctx, files, o, facts.GlossaryAdded, progress)
}

func (l *Library) importMemories(ctx context.Context, files []File, o Options, kind facts.Kind, progress func(Progress)) (Report, error) {
	run := &importRun{l: l, o: o, progress: progress}
	if o.Owner.IsZero() {
		return run.Report, fault.New(fault.Invalid, "knowledge.import.no_owner", nil)
	}
	if err := o.Check(l.now()); err != nil {
		return run.Report, err
	}
	groups := alignedGroups(files, kind)
	if o.Source != "" && len(groups) > 1 {
		return run.Report, fault.New(fault.Invalid, "knowledge.import.one_name", fault.Args{"source": clip(o.Source)})
	}
	names := map[string]bool{}
	for _, group := range groups {
		run.file, run.size, run.read = group[0].Name, group[0].Size, 0
		name := run.memoryName(group)
		if names[name] || sameLanguageTwice(group) {
			run.Read++
			run.refuse(run.file, place{}, fault.New(fault.Invalid, "knowledge.import.twice_memory", fault.Args{"name": name}))
			continue
		}
		names[name] = true
		if err := run.memory(ctx, group, name, kind); err != nil {
			return run.Report, err
		}
		run.tell(true)
	}
	return run.Report, nil
}

// alignedGroups puts files together whose names differ only in a language tag
// at their end: "flores-dev.en", "flores-dev.fr".
func alignedGroups(files []File, kind facts.Kind) [][]File {
	return groupBy(files, func(f File) (string, bool) {
		ext := strings.TrimPrefix(path.Ext(f.Name), ".")
		alone := kind == facts.GlossaryAdded || facts.LangOf(ext) == "" || slices.Contains([]string{"csv", "tsv", "tmx", "txt", "xml", "tab"}, ext)
		return strings.TrimSuffix(f.Name, path.Ext(f.Name)), !alone
	})
}

// memoryName is the name under which a memory is kept, and found again: the
// source that was said, else the name of its file within what the caller named;
// of several files what they have in common.
func (run *importRun) memoryName(group []File) string {
	name := run.file
	if run.o.Source != "" {
		name = run.o.Source
	} else if len(group) > 1 {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	parts := strings.Split(sourceOf(name), "/")
	for i, part := range parts {
		parts[i] = safeName(part)
	}
	return strings.Join(parts, "/")
}

// sameLanguageTwice finds files of one name among those of one memory: they lie
// in different folders and belong to different memories.
func sameLanguageTwice(group []File) bool {
	seen := map[string]bool{}
	for _, f := range group {
		ext := path.Ext(f.Name)
		if len(group) > 1 && seen[ext] {
			return true
		}
		seen[ext] = true
	}
	return false
}

// memory reads one memory, keeps its units as a blob and then says so.
func (run *importRun) memory(ctx context.Context, group []File, name string, kind facts.Kind) error {
	units, closeAll, err := run.units(ctx, group, kind)
	if err != nil {
		run.refuse(run.file, place{}, err)
		return nil
	}
	defer closeAll()
	pr, pw := io.Pipe()
	langs, count := map[facts.Lang]bool{}, 0
	before := run.Report
	done := make(chan error, 1)
	go func() {
		err := run.writeUnits(pw, units, langs, &count)
		pw.CloseWithError(err)
		done <- err
	}()
	hash, _, err := run.l.blobs.Put(ctx, pr, maxMemory)
	pr.CloseWithError(errors.Join(err, io.ErrClosedPipe))
	var e *reading.Error
	switch broken := <-done; {
	case errors.As(broken, &e):
		run.Report = before // nothing of a file that breaks off
		run.refuse(run.file, place{line: e.Line}, e)
		return nil
	case err != nil:
		return err
	case count == 0:
		run.refuse(run.file, place{}, &reading.Error{Code: reading.CodeEmpty})
		return nil
	}
	m := facts.Memory{Name: name, Owner: run.o.Owner, Content: hash, Units: count, Licence: run.o.Licence, Langs: slices.Sorted(maps.Keys(langs))}
	for try := 0; ; try++ {
		if err = run.addMemory(ctx, kind, m, count); !fault.Is(err, fault.Conflict) || try == maxTries {
			return err
		}
	}
}

// maxTries bounds how often a memory is written again because others write it
// too; each time one of them has come through.
const maxTries = 20

// addMemory appends the fact of a memory, unless the same one is there. A
// Conflict fault says that somebody else brought it in meanwhile.
func (run *importRun) addMemory(ctx context.Context, kind facts.Kind, m facts.Memory, count int) error {
	id, content, version := facts.NewID(run.l.now()), "", int64(0)
	err := run.l.db.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, `select id, content from knowledge_memories where owner = $1 and name = $2 and glossary = $3 order by id limit 1`,
			m.Owner, m.Name, bit(kind == facts.GlossaryAdded)).Scan(&id, &content)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		version, err = journal.Version(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if content == string(m.Content) {
		run.Same += count
		return nil
	}
	if content != "" && run.o.Source == "" {
		switch akin, err := run.sharesUnits(ctx, facts.Hash(content), m.Content); {
		case err != nil:
			return err
		case !akin:
			run.refuseAll(count, fault.New(fault.Invalid, "knowledge.import.stranger_memory", fault.Args{"name": m.Name}))
			return nil
		}
	}
	_, err = run.l.journal.Append(ctx, journal.Batch{Actor: run.o.Actor, Reads: []journal.Read{{Thing: id, Version: version}},
		Facts: []journal.New{{Thing: id, Kind: kind, Audience: facts.Public, Payload: m}},
		Registers: func(ctx context.Context, tx *store.Tx, _ []journal.Fact) error {
			return onlyMemory(ctx, tx, id, kind, m)
		}})
	if err != nil {
		return err
	}
	if content == "" {
		run.New += count
	} else {
		run.Changed += count
	}
	return nil
}

// onlyMemory refuses a memory when another has the same name: somebody else has
// brought it in meanwhile.
func onlyMemory(ctx context.Context, tx *store.Tx, id facts.ID, kind facts.Kind, m facts.Memory) error {
	others := 0
	err := tx.QueryRow(ctx, `select count(*) from knowledge_memories where owner = $1 and name = $2 and glossary = $3 and id <> $4`,
		m.Owner, m.Name, bit(kind == facts.GlossaryAdded), id).Scan(&others)
	if err == nil && others > 0 {
		err = fault.New(fault.Conflict, journal.KeyMoved, fault.Args{"thing": id.String()})
	}
	return err
}

// refuseAll refuses units that were counted as read already, for one reason.
func (run *importRun) refuseAll(count int, why error) {
	run.refuse(run.file, place{}, why)
	run.Refused += count - 1
}
