package identity

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

var (
	clinic   = facts.NewID(time.UnixMilli(1))
	ministry = facts.NewID(time.UnixMilli(2))
)

// everyActor is every set of roles, in each organisation and in none, where it
// operates the node and where it does not, in a session and by tokens.
func everyActor() []Actor {
	tokens := [][]Verb{nil, {}, {Read}, {Read, Publish, Administer}}
	var list []Actor
	for roles := range Roles(1) << len(roleNames) {
		for _, org := range []facts.ID{{}, clinic, ministry} {
			for _, operator := range []bool{false, true} {
				for _, scopes := range tokens {
					a := Actor{Person: facts.NewID(time.UnixMilli(9)), Org: org, Operator: operator, Roles: roles, Scopes: scopes}
					if scopes != nil {
						a.Token = facts.NewID(time.UnixMilli(8))
					}
					list = append(list, a)
					if a.Roles.Has(Coordinator) && len(scopes) == 0 {
						for _, countries := range [][]facts.Country{{"KE"}, {"KE", "CN"}} {
							a.Countries = countries
							list = append(list, a)
						}
					}
				}
			}
		}
	}
	return append(list, Actor{}, CommandLine(ministry))
}

func everyThing() []Thing {
	var list []Thing
	for _, whose := range []Thing{{Owner: clinic}, {Owner: clinic, Country: "KE"}, {Owner: ministry, Country: "CN"}} {
		for _, state := range []string{stateDraft, stateInReview, stateToReview, statePublished, stateSuperseded, stateHistorical, stateWithdrawn, "filed", ""} {
			for _, public := range []bool{false, true} {
				list = append(list, Thing{Room: "knowledge", Owner: whose.Owner, Country: whose.Country, State: state, Public: public})
			}
		}
	}
	return list
}

// TestCanIsScope holds the policy's two readings equal for every actor, verb and
// thing there is; the databases are asked once for each different condition.
func TestCanIsScope(t *testing.T) {
	t.Parallel()
	things, actors := everyThing(), everyActor()
	wants := map[string][]int{}
	conditions := map[string]Scope{}
	for _, actor := range actors {
		for _, verb := range Verbs() {
			scope := ScopeOf(actor, verb)
			var want []int
			for i, thing := range things {
				can := Can(actor, verb, thing)
				if can {
					want = append(want, i)
				}
				if got := scope.Allows(thing); got != can {
					t.Fatalf("%+v %s %+v: Can says %v, ScopeOf says %v", actor, verb, thing, can, got)
				}
			}
			if got := len(want) == 0; got != scope.Nothing() {
				t.Fatalf("%+v %s: Nothing() = %v with %d things allowed", actor, verb, scope.Nothing(), len(want))
			}
			if scope.Everything() && len(want) != len(things) {
				t.Fatalf("%+v %s: Everything() with %d of %d things allowed", actor, verb, len(want), len(things))
			}
			clause, args := scope.SQLWithCountry("owner", Standing("state", "public"), "country", 2)
			key := fmt.Sprint(clause, args)
			if before, ok := wants[key]; ok && !slices.Equal(before, want) {
				t.Fatalf("%s stands for different things: %v and %v", key, before, want)
			}
			wants[key], conditions[key] = want, scope
		}
	}
	if len(conditions) < 8 {
		t.Fatalf("only %d different conditions: the test sees too little", len(conditions))
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) { checkSQL(t, db, things, conditions, wants) })
}

func checkSQL(t *testing.T, db *store.DB, things []Thing, conditions map[string]Scope, wants map[string][]int) {
	ctx := t.Context()
	err := db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "create table policy_things (n bigint, owner text not null, state text not null, public boolean not null, country text not null)"); err != nil {
			return err
		}
		for i, thing := range things {
			if _, err := tx.Exec(ctx, "insert into policy_things (n, owner, state, public, country) values ($1, $2, $3, $4, $5)", i, thing.Owner, thing.State, thing.Public, thing.Country); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		for _, key := range slices.Sorted(maps.Keys(conditions)) {
			clause, args := conditions[key].SQLWithCountry("owner", Standing("state", "public"), "country", 2)
			rows, err := tx.Query(ctx, "select n from policy_things where n >= $1 and "+clause+" order by n", append([]any{0}, args...)...)
			if err != nil {
				return err
			}
			defer rows.Close()
			var got []int
			for rows.Next() {
				var n int
				if err := rows.Scan(&n); err != nil {
					return err
				}
				got = append(got, n)
			}
			if err := rows.Err(); err != nil {
				return err
			}
			if !slices.Equal(got, wants[key]) {
				t.Errorf("%s\n got %v\nwant %v", key, got, wants[key])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPolicy states in plain cases what the table must say.
func TestPolicy(t *testing.T) {
	t.Parallel()
	as := func(roles Roles) Actor {
		return Actor{Person: facts.NewID(time.UnixMilli(9)), Org: clinic, Roles: roles}
	}
	operating := func(roles Roles) Actor {
		return Actor{Person: facts.NewID(time.UnixMilli(9)), Org: ministry, Operator: true, Roles: roles}
	}
	token := func(scopes ...Verb) Actor {
		a := operating(Admin)
		a.Token, a.Scopes = facts.NewID(time.UnixMilli(8)), scopes
		return a
	}
	own := func(state string) Thing { return Thing{Room: "knowledge", Owner: clinic, State: state, Public: true} }
	other := func(state string) Thing { return Thing{Room: "knowledge", Owner: ministry, State: state, Public: true} }
	held := Thing{Room: "knowledge", Owner: clinic, State: statePublished}
	kenya := func(state string) Thing { return Thing{Owner: clinic, State: state, Public: true, Country: "KE"} }
	coordinator := Actor{Person: facts.NewID(time.UnixMilli(9)), Org: ministry, Roles: Coordinator, Countries: []facts.Country{"CN", "KE"}}
	nowhere := Actor{Org: ministry, Roles: Coordinator}
	for _, c := range []struct {
		name  string
		actor Actor
		verb  Verb
		thing Thing
		want  bool
	}{
		{"anybody reads what is published", Actor{}, Read, other(statePublished), true},
		{"anybody reads what is historical", Actor{}, Read, other(stateHistorical), true},
		{"anybody reads what is to review", Actor{}, Read, other(stateToReview), true},
		{"… unless it is held back", Actor{}, Read, Thing{Owner: ministry, State: stateToReview}, false},
		{"nobody outside reads a draft", Actor{}, Read, other(stateDraft), false},
		{"nobody outside reads what is withdrawn", Actor{}, Read, other(stateWithdrawn), false},
		{"a tombstone is for all", Actor{}, Trace, other(stateWithdrawn), true},
		{"a draft leaves no trace", Actor{}, Trace, other(stateDraft), false},
		{"published and not public is held back", Actor{}, Read, held, false},
		{"… but not from its owner's readers", as(Reader), Read, held, true},
		{"an unknown state is closed", Actor{}, Read, other("filed"), false},
		{"visitors write nothing", Actor{}, Create, other(stateDraft), false},
		{"roles without an organisation do not count", Actor{Roles: Admin, Operator: true}, Read, other(stateDraft), false},
		{"a reader reads what is in review", as(Reader), Read, own(stateInReview), true},
		{"a reader reads no draft", as(Reader), Read, own(stateDraft), false},
		{"a reader writes nothing", as(Reader), Edit, own(stateDraft), false},
		{"a contributor writes", as(Contributor), Create, own(stateDraft), true},
		{"a contributor imports", as(Contributor), Import, own(stateDraft), true},
		{"a contributor does not publish", as(Contributor), Publish, own(stateInReview), false},
		{"a contributor writes for nobody else", as(Contributor), Create, other(stateDraft), false},
		{"a reviewer publishes", as(Reviewer), Publish, own(stateInReview), true},
		{"a reviewer publishes for nobody else", as(Reviewer), Publish, other(stateInReview), false},
		{"a reviewer sees nobody else's drafts", as(Reviewer), Read, other(stateInReview), false},
		{"a reviewer erases nothing", as(Reviewer), Erase, own(statePublished), false},
		{"the desk works for every organisation", operating(Desk), Publish, own(stateInReview), true},
		{"the desk does not administer", operating(Desk), Administer, other(""), false},
		{"desk elsewhere does not count", as(Desk), Read, own(stateDraft), false},
		{"admin elsewhere does not count", as(Admin), Administer, own(""), false},
		{"an admin does everything", operating(Admin), Erase, own(statePublished), true},
		{"the command line does everything", CommandLine(ministry), Import, own(stateDraft), true},
		{"an admin endorses for no country", operating(Admin), Endorse, kenya(stateInReview), false},
		{"a coordinator sees what the country's institutions filed", coordinator, Read, kenya(stateInReview), true},
		{"… and what is held back", coordinator, Read, Thing{Owner: clinic, State: statePublished, Country: "KE"}, true},
		{"… and endorses it", coordinator, Endorse, kenya(stateInReview), true},
		{"… and no draft", coordinator, Read, kenya(stateDraft), false},
		{"… and changes nothing", coordinator, Edit, kenya(stateInReview), false},
		{"… and not what has no country", coordinator, Read, own(stateInReview), false},
		{"… nor what another country's institutions filed", coordinator, Endorse, Thing{Owner: clinic, State: stateInReview, Country: "FR"}, false},
		{"a coordinator of nothing sees no more", nowhere, Endorse, kenya(stateInReview), false},
		{"… not even what has no country", nowhere, Endorse, own(stateInReview), false},
		{"the countries of a reader mean nothing", Actor{Org: ministry, Roles: Reader, Countries: []facts.Country{"KE"}}, Read, kenya(stateInReview), false},
		{"a token does what it says", token(Publish), Publish, own(stateInReview), true},
		{"… and no more", token(Publish), Withdraw, own(statePublished), false},
		{"… not even read what is closed", token(Publish), Read, own(stateDraft), false},
		{"a token reads what anybody reads", token(), Read, own(statePublished), true},
	} {
		if got := Can(c.actor, c.verb, c.thing); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestAdmit(t *testing.T) {
	t.Parallel()
	if err := Admit(Actor{}, Read); err != nil {
		t.Errorf("anybody reads: %v", err)
	}
	if err := Admit(Actor{}, Edit); !fault.Is(err, fault.SignIn) {
		t.Errorf("a visitor who wants to edit gets %v, want SignIn", err)
	}
	reader := Actor{Person: facts.NewID(time.Now()), Org: clinic, Roles: Reader}
	if err := Admit(reader, Edit); !fault.Is(err, fault.Refused) {
		t.Errorf("a reader who wants to edit gets %v, want Refused", err)
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	all := Reader | Contributor | Reviewer | Desk | Admin | Coordinator
	got, ok := ParseRoles(strings.ToUpper(all.String()))
	if !ok || got != all || all.String() != "reader,contributor,reviewer,desk,admin,coordinator" {
		t.Errorf("ParseRoles(%q) = %v, %v", all.String(), got, ok)
	}
	for _, bad := range []string{"", "king", "reader,", "reader,king"} {
		if got, ok := ParseRoles(bad); ok {
			t.Errorf("ParseRoles(%q) = %v", bad, got)
		}
	}
}

// TestSQLNumbers: placeholders begin where the caller says and match the
// arguments.
func TestSQLNumbers(t *testing.T) {
	t.Parallel()
	for _, actor := range everyActor() {
		for _, verb := range Verbs() {
			clause, args := ScopeOf(actor, verb).SQLWithCountry("o", "s", "c", 5)
			if got := strings.Count(clause, "$"); got != len(args) {
				t.Fatalf("%s: %d placeholders, %d arguments", clause, got, len(args))
			}
			for i := range args {
				if !strings.Contains(clause, "$"+strconv.Itoa(5+i)) {
					t.Fatalf("%s lacks $%d", clause, 5+i)
				}
			}
		}
	}
}

// TestCountriesNeedAColumn: a list of things without a country is to a
// coordinator what it is to anybody.
func TestCountriesNeedAColumn(t *testing.T) {
	t.Parallel()
	coordinator := Actor{Org: ministry, Roles: Coordinator, Countries: []facts.Country{"KE"}}
	got, args := ScopeOf(coordinator, Read).SQL("o", "s", 1)
	want, wantArgs := ScopeOf(Actor{}, Read).SQL("o", "s", 1)
	if got != want || !slices.Equal(args, wantArgs) {
		t.Errorf("got %s %v, want %s %v", got, args, want, wantArgs)
	}
}
