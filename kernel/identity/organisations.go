package identity

import (
	"context"
	"errors"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Organisation owns things and has members.
type Organisation struct {
	ID       facts.ID
	Name     string                // as it calls itself; "" until set-up has named the operating one
	Lang     facts.Lang            // of Name
	Names    map[facts.Lang]string // in further languages; may be nil
	Country  facts.Country
	Operator bool // it operates this node
	Posting  Posting
}

// NameIn gives the name for a reader and the language that name is in.
func (o Organisation) NameIn(lang facts.Lang) (string, facts.Lang) {
	if name := o.Names[lang]; name != "" {
		return name, lang
	}
	return o.Name, o.Lang
}

const organisationColumns = `id, name, lang, country, operates_node, posting from identity_organisations`

type scanner interface{ Scan(dest ...any) error }

func scanOrganisation(row scanner) (o Organisation, err error) {
	err = row.Scan(&o.ID, &o.Name, &o.Lang, &o.Country, &o.Operator, &o.Posting)
	return o, err
}

// OperatingOrg gives the organisation that operates this node. It exists from
// the first start on, and has no name before set-up.
func (g *Register) OperatingOrg(ctx context.Context) (Organisation, error) {
	return g.oneOrganisation(ctx, func(tx *store.Tx) (Organisation, error) { return operatingOrg(ctx, tx) })
}

// Organisation finds an organisation by its ID.
func (g *Register) Organisation(ctx context.Context, id facts.ID) (Organisation, error) {
	return g.oneOrganisation(ctx, func(tx *store.Tx) (Organisation, error) {
		return scanOrganisation(tx.QueryRow(ctx, "select "+organisationColumns+" where id = $1", id))
	})
}

func operatingOrg(ctx context.Context, tx *store.Tx) (Organisation, error) {
	return scanOrganisation(tx.QueryRow(ctx, "select "+organisationColumns+" where operates_node"))
}

func (g *Register) oneOrganisation(ctx context.Context, find func(*store.Tx) (Organisation, error)) (o Organisation, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		if o, err = find(tx); err != nil {
			return err
		}
		return addNames(ctx, tx, &o)
	})
	if errors.Is(err, store.ErrNoRows) {
		return Organisation{}, fault.Wrap(fault.NotFound, "identity.organisation.unknown", err)
	}
	if err != nil {
		return Organisation{}, fmt.Errorf("find an organisation: %w", err)
	}
	return o, nil
}

func addNames(ctx context.Context, tx *store.Tx, o *Organisation) error {
	rows, err := tx.Query(ctx, "select lang, name from identity_organisation_names where organisation = $1", o.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var lang facts.Lang
		var name string
		if err := rows.Scan(&lang, &name); err != nil {
			return err
		}
		if o.Names == nil {
			o.Names = map[facts.Lang]string{}
		}
		o.Names[lang] = name
	}
	return rows.Err()
}

// Organisations lists up to n organisations in the order they were made, those
// after the ID given (the zero ID begins). Names in further languages are left
// out.
func (g *Register) Organisations(ctx context.Context, after facts.ID, n int) (list []Organisation, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, "select "+organisationColumns+" where id > $1 order by id limit $2", after, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			o, err := scanOrganisation(rows)
			if err != nil {
				return err
			}
			list = append(list, o)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return list, nil
}

// CountOrganisations counts the organisations that have a name and are active.
func (g *Register) CountOrganisations(ctx context.Context) (n int, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from identity_organisations where name <> '' and deactivated = 0").Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count organisations: %w", err)
	}
	return n, nil
}

// CreateOrganisation adds an organisation by its name, the language of the name
// and its country. Its posting right is Unverified.
func (g *Register) CreateOrganisation(ctx context.Context, name string, lang facts.Lang, country facts.Country) (Organisation, error) {
	o := Organisation{ID: facts.NewID(g.now()), Name: tidy(name), Lang: lang, Country: country, Posting: Unverified}
	if f := checkOrganisation(o); f != nil {
		return Organisation{}, f
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into identity_organisations (id, name, lang, country, operates_node, posting, created)
			values ($1, $2, $3, $4, false, $5, $6)`, o.ID, o.Name, o.Lang, o.Country, o.Posting, store.Micros(g.now()))
		return err
	})
	if err != nil {
		return Organisation{}, fmt.Errorf("create an organisation: %w", err)
	}
	return o, nil
}

// NameOrganisation gives an organisation its name in a language: anew in the
// language of its first name, beside it in any other. The operating organisation
// before set-up takes the first name it is given.
func (g *Register) NameOrganisation(ctx context.Context, id facts.ID, lang facts.Lang, name string) error {
	name = tidy(name)
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "organisation", name)
	checkLang(f, "lang", lang)
	if len(f.Fields) > 0 {
		return f
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `update identity_organisations set name = $1, lang = $2
			where id = $3 and (lang = $2 or name = '')`, name, lang, id)
		if err != nil || n > 0 {
			return err
		}
		var found int
		if err := tx.QueryRow(ctx, "select 1 from identity_organisations where id = $1", id).Scan(&found); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into identity_organisation_names (organisation, lang, name) values ($1, $2, $3)
			on conflict (organisation, lang) do update set name = excluded.name`, id, lang, name)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return fault.Wrap(fault.NotFound, "identity.organisation.unknown", err)
	}
	if err != nil {
		return fmt.Errorf("name organisation %s: %w", id, err)
	}
	return nil
}
