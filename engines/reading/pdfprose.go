package reading

import "unicode/utf8"

// isProse tells columns of running text from a table: every column holds long
// pieces. In a table at least one, of terms or of numbers, is short. Two rows
// with a long cell are too little to tell, and are left as text.
func isProse(grid [][]string) bool {
	all, any := true, false
	for c := range grid[0] {
		letters, cells := 0, 0
		for _, row := range grid {
			n := utf8.RuneCountInString(row[c])
			if hasCJK(row[c]) {
				n *= 2
			}
			any = any || n > 28
			if n > 0 {
				cells++
				letters += n
			}
		}
		all = all && letters > 20*cells
	}
	return all || len(grid) == 2 && any
}

// isMarks tells whether the first column holds only marks of a list.
func isMarks(grid [][]string) bool {
	if len(grid[0]) != 2 {
		return false
	}
	for _, row := range grid {
		if m, _ := listMark(row[0] + " x"); row[0] != "" && m == "" {
			return false
		}
	}
	return true
}
