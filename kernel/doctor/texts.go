package doctor

import (
	"embed"
	"io/fs"
)

//go:embed text/*.json
var texts embed.FS

// Texts are the messages of this package's faults, for i18n.Load.
func Texts() fs.FS { return texts }
