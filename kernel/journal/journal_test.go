package journal_test

import (
	"testing"

	"sameboat/kernel/journal/journaltest"
)

func TestContract(t *testing.T) { journaltest.Contract(t) }
