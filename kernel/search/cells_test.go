package search

import "testing"

func TestApart(t *testing.T) {
	for _, c := range []struct {
		text, mark string
		at         [2]int
		want       string
	}{
		{"no table\nat all", "table", [2]int{3, 8}, "no table\nat all"},
		{"区域\t着装\n清洁区\t工作服", "清洁区", [2]int{14, 23}, "区域 · 着装 / 清洁区 · 工作服"},
		{"Zones:\nzone\tdress\nclean\tcoat", "coat", [2]int{24, 28}, "Zones: / zone · dress / clean · coat"},
		{"a\tb", "b", [2]int{2, 3}, "a · b"},
	} {
		text, marks := apart(c.text, [][2]int{c.at})
		if text != c.want {
			t.Errorf("%q: %q, want %q", c.text, text, c.want)
		}
		if got := text[marks[0][0]:marks[0][1]]; got != c.mark {
			t.Errorf("%q: %q is marked, want %q", c.text, got, c.mark)
		}
	}
}
