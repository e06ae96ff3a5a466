package facts

// BodyErased says that the free text of an earlier fact was erased on request.
// The journal itself writes it; every room must then drop what it derived from
// that body.
const BodyErased Kind = "journal.BodyErased"

// BodyErasedPayload names the fact whose body is gone.
type BodyErasedPayload struct {
	Seq    Seq    `json:"seq"`    // the fact that had the body
	Kind   Kind   `json:"kind"`   // its kind
	Reason string `json:"reason"` // a code: "person", "law", "mistake"
}
