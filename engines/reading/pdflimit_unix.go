//go:build unix

package reading

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
)

// limited builds a command that bounds its own memory, processor time and file
// size before it becomes the tool, and dies with all its children.
func limited(ctx context.Context, argv []string, l Limits) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; ulimit -t %d 2>/dev/null; ulimit -f 0 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"`,
		l.Memory/1024, int(l.Time.Seconds())+1)
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", script, "sh"}, argv...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
