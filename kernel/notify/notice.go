package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// Notice is one thing a person was told in the site.
type Notice struct {
	ID      facts.ID
	Key     string
	Words   string    // message key of a room: Words + ".subject" is its line; "" for a thing followed
	Args    i18n.Args // of Words
	Link    string    // a path of the site, or ""
	Room    string    // of the thing followed
	Thing   facts.ID
	Title   string     // of the thing; "" when it cannot be shown any more
	Lang    facts.Lang // of Title
	State   string     // of the thing: published, historical …
	Created time.Time
	Seen    bool
}

const noticeInsert = "insert into notify_notices (id, person, key, room, thing, owner, words, args, link, created) values"

// maxNotices bounds one page of notices.
const maxNotices = 100

// Notices gives a person's notices, the newest first: at most n of those older
// than before (the zero ID begins). Titles are as they are now and in the
// reader's languages; a thing that the person may not see any more has none.
func (s *Service) Notices(ctx context.Context, person facts.ID, reader []facts.Lang, before facts.ID, n int) (list []Notice, err error) {
	n = min(max(n, 1), maxNotices)
	at := before.String()
	if at == "" {
		at = "~" // after every ID
	}
	owners := map[facts.ID]facts.ID{}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `select id, key, room, thing, owner, words, args, link, created, seen from notify_notices
			where person = $1 and id < $2 order by id desc limit $3`, person, at, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x Notice
			var owner facts.ID
			var args string
			var created, seen int64
			if err := rows.Scan(&x.ID, &x.Key, &x.Room, &x.Thing, &owner, &x.Words, &args, &x.Link, &created, &seen); err != nil {
				return err
			}
			x.Created, x.Seen, x.Args, owners[x.ID] = store.Time(created), seen > 0, readArgs(args), owner
			list = append(list, x)
		}
		return rows.Err()
	})
	if err == nil {
		err = s.entitle(ctx, person, reader, list, owners)
	}
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	return list, nil
}

// entitle fills in the titles of things, room by room.
func (s *Service) entitle(ctx context.Context, person facts.ID, reader []facts.Lang, list []Notice, owners map[facts.ID]facts.ID) error {
	sight := sight{s: s, actors: map[facts.ID][]identity.Actor{}}
	for _, room := range s.c.Rooms {
		var ids []facts.ID
		for _, x := range list {
			if x.Room == room.Name {
				ids = append(ids, x.Thing)
			}
		}
		shown, err := room.show(ctx, ids, reader)
		if err != nil {
			return err
		}
		for i := range list {
			x := &list[i]
			sh, ok := shown[x.Thing]
			if !ok || x.Room != room.Name {
				continue
			}
			may, err := sight.may(ctx, person, identity.Thing{Room: room.Name, Owner: owners[x.ID], State: sh.State, Public: true})
			if err != nil {
				return err
			}
			if may {
				x.Title, x.Lang, x.State, x.Link = sh.Title, sh.Lang, sh.State, room.Path(x.Thing, sh.Lang)
			}
		}
	}
	return nil
}

// show reads how the things look now, by ID. What is not public is missing.
func (r Room) show(ctx context.Context, ids []facts.ID, reader []facts.Lang) (map[facts.ID]search.Shown, error) {
	out := map[facts.ID]search.Shown{}
	var want []search.Want
	for _, id := range ids {
		if _, twice := out[id]; !twice {
			out[id] = search.Shown{}
			want = append(want, search.Want{ID: id, Reader: reader})
		}
	}
	clear(out)
	if len(want) == 0 {
		return out, nil
	}
	shown, err := r.Source.Show(ctx, want)
	for _, sh := range shown {
		out[sh.ID] = sh
	}
	return out, err
}

// Unseen counts a person's notices that they have not marked as read.
func (s *Service) Unseen(ctx context.Context, person facts.ID) (n int, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from notify_notices where person = $1 and seen = 0", person).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// MarkRead marks notices of a person as read: those named, or all when none is.
func (s *Service) MarkRead(ctx context.Context, person facts.ID, notices ...facts.ID) error {
	now := store.Micros(s.now())
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		if len(notices) == 0 {
			_, err := tx.Exec(ctx, "update notify_notices set seen = $1 where person = $2 and seen = 0", now, person)
			return err
		}
		for _, id := range notices[:min(len(notices), maxNotices)] {
			if _, err := tx.Exec(ctx, "update notify_notices set seen = $1 where person = $2 and id = $3 and seen = 0", now, person, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark notices: %w", err)
	}
	return nil
}

// Letter is what a room has to tell one person: an invitation, a confirmation, a
// review that is asked for or due.
type Letter struct {
	Key     string     // natural: the same letter is made once
	Person  facts.ID   // or zero for somebody without an account,
	Address string     // who is written to here
	Lang    facts.Lang // and in this language
	// Words is a message key of the room: Words + ".subject" is the line in the
	// site and the subject of the mail, ".body" the text, ".act" the link's.
	Words string
	Args  i18n.Args // texts, numbers, countries and languages by their codes as text
	Link  string    // a path of the site; kept until the mail is sent
	Site  bool      // in the site; only for a person
	Mail  bool
}

// Bounds of a letter.
const (
	maxKey  = 200
	maxLink = 2000
	maxArgs = 4000
)

// NoticeTo tells one person something. Telling it again with the same key
// changes nothing.
func (s *Service) NoticeTo(ctx context.Context, l Letter) error {
	err := s.db.Write(ctx, func(tx *store.Tx) error { return s.NoticeIn(ctx, tx, l) })
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	s.nudge()
	return nil
}

// NoticeIn is NoticeTo within the caller's transaction, such as the registers of
// a journal.Batch: what is told stands or falls with what it tells of.
func (s *Service) NoticeIn(ctx context.Context, tx *store.Tx, l Letter) error {
	args, err := json.Marshal(l.Args)
	if err != nil || len(args) > maxArgs || l.Words == "" || l.Key == "" || len(l.Key) > maxKey || len(l.Link) > maxLink || !utf8.ValidString(l.Link) {
		return fault.Wrap(fault.Invalid, "notify.letter.wrong", err)
	}
	if l.Person.IsZero() {
		if _, err := address("", l.Address); err != nil || l.Site || !l.Mail {
			return fault.New(fault.Invalid, "notify.letter.wrong", nil).With("address", "notify.letter.address", nil)
		}
	}
	now := s.now()
	if l.Site {
		row := []any{facts.NewID(now), l.Person, l.Key, "", facts.ID{}, facts.ID{}, l.Words, string(args), l.Link, store.Micros(now)}
		if err := tx.ExecRows(ctx, noticeInsert, "on conflict (person, key) do nothing", [][]any{row}); err != nil {
			return err
		}
	}
	if !l.Mail {
		return nil
	}
	to := l.Person.String()
	if to == "" { // the row is kept longer than the address
		sum := sha256.Sum256([]byte(strings.ToLower(l.Address)))
		to = hex.EncodeToString(sum[:16])
	}
	row := outboxRow(now, s.c.Keep, delivery{key: "letter:" + to + ":" + l.Key, channel: channelMail, what: whatLetter, person: l.Person,
		address: l.Address, lang: l.Lang, words: l.Words, args: string(args), link: l.Link})
	return tx.ExecRows(ctx, outboxInsert, "on conflict (key) do nothing", [][]any{row})
}

// readArgs reads what a letter's message names. Whole numbers stay whole, so
// that they choose a plural.
func readArgs(text string) i18n.Args {
	var args i18n.Args
	if json.Unmarshal([]byte(text), &args) != nil {
		return nil
	}
	for k, v := range args {
		if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			args[k] = int64(f)
		}
	}
	return args
}
