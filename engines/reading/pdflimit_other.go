//go:build !unix

package reading

import (
	"context"
	"os/exec"
)

// limited bounds time only: this system has no limit of memory to set.
func limited(ctx context.Context, argv []string, _ Limits) *exec.Cmd {
	return exec.CommandContext(ctx, argv[0], argv[1:]...)
}
