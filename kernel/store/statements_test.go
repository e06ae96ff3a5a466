package store

import "testing"

func TestPositional(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"select 1": "select 1",
		"insert into t values ($1, $2), ($3, $4)": "insert into t values (?, ?), (?, ?)",
		"update t set a = $2 where b = $1":        "",
		"select $1 || $1":                         "",
		"select $1, $10":                          "",
		"select $1, '$2'":                         "",
		"select $1 -- $2\n":                       "",
		"select $1 /* $2 */":                      "",
		`select $1 as "$2"`:                       "",
	} {
		if want == "" {
			want = query // left alone
		}
		if got := positional(query); got != want {
			t.Errorf("positional(%q) = %q, want %q", query, got, want)
		}
	}
}
