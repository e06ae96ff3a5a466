package notify

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How many deliveries of a channel one process makes at once.
const (
	mailsAtOnce = 2
	hooksAtOnce = 4
)

// Run makes digests when they are due and deliveries until ctx ends. Several
// replicas may run it. Webhooks do not wait for the mail server, nor mail for
// them.
func (s *Service) Run(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { s.loop(ctx, s.wakeMail, s.flushMail) })
	all.Go(func() { s.loop(ctx, s.wakeHooks, s.flushHooks) })
	all.Go(func() {
		for ctx.Err() == nil {
			if err := s.Prune(ctx); err != nil && ctx.Err() == nil {
				s.c.Log.ErrorContext(ctx, "pruning what was told", "error", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
		}
	})
	all.Wait()
	return nil
}

func (s *Service) loop(ctx context.Context, wake <-chan struct{}, work func(context.Context) error) {
	tick := time.NewTicker(s.c.Poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.ErrorContext(ctx, "telling people", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-wake:
		}
	}
}

// Flush makes the digests that are due, and tries every delivery that is due
// once.
func (s *Service) Flush(ctx context.Context) error {
	return errors.Join(s.flushMail(ctx), s.flushHooks(ctx))
}

func (s *Service) flushMail(ctx context.Context) error {
	_, err := s.collect(ctx)
	return errors.Join(err, s.together(ctx, channelMail, mailsAtOnce, s.sendMails))
}

func (s *Service) flushHooks(ctx context.Context) error {
	return s.together(ctx, channelHook, hooksAtOnce, s.sendHooks)
}

// together runs a sender as often at once as there is work for, and at most n
// times, until nothing is due.
func (s *Service) together(ctx context.Context, channel string, n int, send func(context.Context) (int, error)) error {
	due, err := s.countDue(ctx, channel, n)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	errs := make([]error, due)
	for i := range errs {
		all.Go(func() { _, errs[i] = send(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}
