package main

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// makeNoise writes a resource of so many letters that no compression makes
// smaller than half of them: noise FILE LETTERS.
func makeNoise(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(rand.Text() + " ")
	}
	write(ts, args[0], fmt.Appendf(nil, `{"id":"1","title":"noise","body":%q,"lang":"en"}`+"\n", b.String()))
}
