package geo

import (
	"errors"
	"strings"
)

// Fault is an error for the person at the keyboard: what happened and to what,
// and what to do about it. Internals go into Err, which is for the log only.
type Fault struct {
	What Text   // one sentence that names the file, feature and field
	Fix  []Text // what the user can do, most likely first
	Err  error  // the cause; never shown
}

// Refuse makes a Fault.
func Refuse(what Text, fix ...Text) *Fault { return &Fault{What: what, Fix: fix} }

// Because adds the inner cause, for the log, and returns the fault.
func (f *Fault) Because(err error) *Fault {
	f.Err = err
	return f
}

func (f *Fault) Error() string { return f.Say("en") }

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Err }

// Say words the fault in a language: the sentence, then a line for each remedy.
func (f *Fault) Say(lang string) string {
	var b strings.Builder
	b.WriteString(f.What.In(lang))
	for _, fix := range f.Fix {
		b.WriteString("\n  → ")
		b.WriteString(fix.In(lang))
	}
	return b.String()
}

// AsFault finds the Fault in a chain of errors, or nil.
func AsFault(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}
