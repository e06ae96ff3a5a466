package store_test

import (
	"testing"

	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.EachPlace(t, func(t *testing.T, c store.Config) { storetest.Contract(t, c) })
}
