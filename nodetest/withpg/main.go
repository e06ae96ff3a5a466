package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"sameboat/kernel/store/pgtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: withpg -- COMMAND [ARGUMENT…]")
		return 2
	}
	env := os.Environ()
	if os.Getenv(pgtest.Variable) == "" {
		s, err := pgtest.Start(context.Background())
		switch {
		case err == nil:
			defer s.Stop() // the tests' result matters more than a folder left in /tmp
			env = append(env, pgtest.Variable+"="+s.URL())
		case errors.Is(err, pgtest.ErrMissing) && os.Getenv("CI") != "true":
			fmt.Fprintf(os.Stderr, "withpg: %v: the tests on PostgreSQL will be SKIPPED\n", err)
		default:
			fmt.Fprintf(os.Stderr, "withpg: %v\n", err)
			return 1
		}
	}
	return command(args, env)
}

// command runs to the command's own end: an interrupt at the terminal reaches it
// too, and the server is stopped after it.
func command(args, env []string) int {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	c := exec.Command(args[0], args[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "withpg: %v\n", err)
		return 1
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				c.Process.Signal(s) // it may have ended already
			}
		}
	}()
	var failed *exec.ExitError
	if err := c.Wait(); errors.As(err, &failed) {
		return max(1, failed.ExitCode())
	} else if err != nil {
		fmt.Fprintf(os.Stderr, "withpg: %v\n", err)
		return 1
	}
	return 0
}
