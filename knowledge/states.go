package knowledge

// The states of a resource. Historical is kept for the record and not to be
// followed; superseded points to what replaces it; withdrawn keeps a tombstone.
const (
	Drafted    = "draft"
	InReview   = "in_review"
	ToReview   = "to_review" // public, with a banner that nobody has reviewed it yet
	Published  = "published"
	Superseded = "superseded"
	Historical = "historical"
	Withdrawn  = "withdrawn"
)

// moves says from which public state a mark may lead where. What is withdrawn
// stays withdrawn.
var moves = map[string][]string{
	ToReview:   {Published, Superseded, Historical, Withdrawn},
	Published:  {Superseded, Historical, Withdrawn},
	Superseded: {Published, Historical, Withdrawn},
	Historical: {Published, Superseded, Withdrawn},
}

// demotion multiplies the score of a hit: what is no longer to be followed
// comes after what is.
func demotion(state string) float32 {
	switch state {
	case ToReview:
		return 0.9
	case Historical:
		return 0.45
	case Superseded:
		return 0.35
	}
	return 1
}
