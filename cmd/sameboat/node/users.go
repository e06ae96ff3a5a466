package node

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
)

// UserArgs are the arguments of the user commands; each uses what it needs.
type UserArgs struct {
	Email    string     `json:"email,omitempty"`
	Name     string     `json:"name,omitempty"`
	Lang     facts.Lang `json:"lang,omitempty"`
	Password string     `json:"password,omitempty"`
	Roles    string     `json:"roles,omitempty"`
	Scopes   []string   `json:"scopes,omitempty"`
	Days     int        `json:"days,omitempty"`
}

// UserMessage is one account.
type UserMessage struct {
	ID     facts.ID `json:"id"`
	Name   string   `json:"name"`
	Email  string   `json:"email"`
	Active bool     `json:"active"`
	Roles  []string `json:"roles"`
}

func userMessage(p identity.Person) UserMessage {
	m := UserMessage{ID: p.ID, Name: p.Name, Email: p.Email, Active: p.Active, Roles: []string{}}
	for _, in := range p.Memberships {
		m.Roles = append(m.Roles, in.Roles.Names()...)
	}
	return m
}

func userList(ctx context.Context, n *Node, c Call) error {
	var after facts.ID
	for {
		people, err := n.Identity.People(ctx, after, 100)
		if err != nil || len(people) == 0 {
			return err
		}
		for _, p := range people {
			if err := c.say("result", userMessage(p)); err != nil {
				return err
			}
		}
		after = people[len(people)-1].ID
	}
}

// userAdd makes an account in the operating organisation.
func userAdd(ctx context.Context, n *Node, c Call) error {
	var a UserArgs
	if err := json.Unmarshal(c.Args, &a); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	roles, ok := identity.ParseRoles(a.Roles)
	if !ok {
		return fault.New(fault.Invalid, "node.user.roles", fault.Args{"roles": a.Roles})
	}
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		return err
	}
	p, err := n.Identity.CreatePerson(ctx, identity.NewPerson{Name: a.Name, Email: a.Email, Lang: a.Lang, Password: a.Password, Org: org.ID, Roles: roles})
	if err != nil {
		return err
	}
	return c.say("result", userMessage(p))
}

func userPassword(ctx context.Context, n *Node, c Call) error {
	var a UserArgs
	if err := json.Unmarshal(c.Args, &a); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	p, err := n.Identity.PersonByEmail(ctx, a.Email)
	if err != nil {
		return err
	}
	return n.Identity.SetPassword(ctx, p.ID, a.Password)
}

// userToken makes an API token that acts for the operating organisation.
func userToken(ctx context.Context, n *Node, c Call) error {
	var a UserArgs
	if err := json.Unmarshal(c.Args, &a); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	p, err := n.Identity.PersonByEmail(ctx, a.Email)
	if err != nil {
		return err
	}
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		return err
	}
	scopes := make([]identity.Verb, len(a.Scopes))
	for i, s := range a.Scopes {
		scopes[i] = identity.Verb(s)
	}
	token, _, err := n.Identity.MakeToken(ctx, identity.NewToken{Person: p.ID, Org: org.ID, Name: a.Name, Scopes: scopes, Life: time.Duration(a.Days) * 24 * time.Hour})
	if err != nil {
		return err
	}
	return c.say("result", token)
}
