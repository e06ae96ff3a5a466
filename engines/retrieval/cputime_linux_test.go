package retrieval_test

import (
	"syscall"
	"time"
	"unsafe"
)

// threadTime is the processor time of the calling thread, which other work on
// the machine does not touch.
func threadTime() time.Duration {
	const clockThreadCPU = 3
	var t syscall.Timespec
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPU, uintptr(unsafe.Pointer(&t)), 0); e != 0 {
		return 0
	}
	return time.Duration(t.Nano())
}
