package nodetest_test

import (
	"context"
	"encoding/json"
	"testing"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/doctor"
	"sameboat/nodetest"
)

// TestExamined looks a healthy node over on each database: nothing is bad, and
// everything was looked at.
func TestExamined(t *testing.T) {
	t.Parallel()
	nodetest.Each(t, func(t *testing.T, n *nodetest.Node) {
		fill(t, n, "first", 2)
		var found []doctor.Finding
		err := n.Run(context.Background(), "doctor", node.Call{Say: func(m node.Message) error {
			if m.Kind == "result" {
				return json.Unmarshal(m.Value, &found)
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, f := range found {
			seen[f.Check] = true
			if f.State == doctor.Bad && f.Key != "doctor.database.wrong" { // the tests' own server does not sync, for speed
				t.Errorf("%+v", f)
			}
		}
		for _, check := range []string{"folder", "disk", "database", "clock", "journal", "reactors", "files", "index"} {
			if !seen[check] {
				t.Errorf("%s was not looked at", check)
			}
		}
	}, nodetest.Unhurried)
}
