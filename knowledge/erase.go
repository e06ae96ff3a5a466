package knowledge

import (
	"context"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/store"
)

// Erase destroys the words of one edition for good: its body in the journal,
// all that the views, the index and the lexicon made of it, and the attached
// files that nothing else holds. reason is one of the journal's codes. It may
// be called again to finish what a crash cut short.
func (l *Library) Erase(ctx context.Context, actor facts.ID, seq facts.Seq, reason string) error {
	f, err := l.journal.Get(ctx, seq)
	if err != nil {
		return err
	}
	if !f.Erased {
		if err := l.journal.Erase(ctx, actor, seq, reason); err != nil {
			return err
		}
	}
	if f.Kind != facts.EditionPublished && f.Kind != facts.EditionDrafted {
		return nil
	}
	var e facts.Edition
	if err := f.Decode(&e); err != nil {
		return err
	}
	for _, v := range e.Variants {
		for _, file := range v.Files {
			if err := l.dropFile(ctx, file.Hash); err != nil {
				return fmt.Errorf("erase the file of fact %d: %w", seq, err)
			}
		}
	}
	return nil
}

// dropFile deletes a blob that no edition with words and no draft names.
func (l *Library) dropFile(ctx context.Context, hash facts.Hash) error {
	uses := 0
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `select (select count(*) from knowledge_editions e join knowledge_texts t on t.resource = e.resource and t.edition = e.edition
				where e.meta like $1) + (select count(*) from knowledge_drafts d where d.meta like $1)
				+ (select count(*) from knowledge_memories m where m.content = $2)`, "%"+string(hash)+"%", string(hash)).Scan(&uses)
	})
	if err != nil || uses > 0 {
		return err
	}
	return l.blobs.Delete(hash)
}
