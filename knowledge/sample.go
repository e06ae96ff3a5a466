package knowledge

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
)

// sample holds a dozen resources that we wrote to show how the center works.
//
//go:embed sample
var sample embed.FS

// SampleFiles gives the sample library as files to import.
func SampleFiles() []File {
	var files []File
	err := fs.WalkDir(sample, "sample", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".txt" {
			return err
		}
		b, err := sample.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, File{Name: name, Size: int64(len(b)), Open: func() (Opened, error) { return memory{bytes.NewReader(b)}, nil }})
		return nil
	})
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return files
}

// memory is an Opened that lies in memory.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }
