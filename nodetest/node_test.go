package nodetest_test

import (
	"strings"
	"testing"

	"sameboat/knowledge"
	"sameboat/nodetest"
)

func TestNodeOnBothDatabases(t *testing.T) {
	t.Parallel()
	nodetest.Each(t, func(t *testing.T, n *nodetest.Node) {
		v := n.SetUp()
		if page := v.Page("/"); !strings.Contains(page, "Ada Admin") {
			t.Error("who has just set the node up is not signed in")
		}
		if again := n.SignIn(nodetest.AdminEmail, nodetest.AdminPassword).Page("/"); !strings.Contains(again, "Ada Admin") {
			t.Error("whoever signs in is not shown as signed in")
		}
		r := n.Import(knowledge.Options{Kind: "qa"}, nodetest.Text("faq.csv", "question,answer,language\nIs a mask useful?,\"Yes, indoors a mask helps.\",en\n"))
		if r.New != 1 {
			t.Errorf("imported %+v", r)
		}
		if a := n.WaitFound("mask", "en"); a.Hits[0].Title != "Is a mask useful?" {
			t.Errorf("found %+v", a.Hits)
		}
	})
}
