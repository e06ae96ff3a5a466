package journal

import (
	"context"

	"sameboat/kernel/store"
)

// Owns reports whether the views of the database are those of this program, so
// that it may write.
func (j *Journal) Owns(ctx context.Context) (ours bool, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		_, _, views, err := heads(ctx, tx)
		ours = views == j.hash
		return err
	})
	return ours, err
}
