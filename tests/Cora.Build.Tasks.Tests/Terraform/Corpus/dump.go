// Writes what HashiCorp's parser makes of the files of accepted/ and rejected/ beside them; see README.md.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

var source []byte

func main() {
	failed := false
	for _, kind := range []string{"accepted", "rejected"} {
		files, _ := filepath.Glob(filepath.Join(kind, "*.tf"))
		for _, path := range files {
			var err error
			if source, err = os.ReadFile(path); err != nil {
				panic(err)
			}
			file, diags := hclsyntax.ParseConfig(source, path, hcl.InitialPos)
			if diags.HasErrors() != (kind == "rejected") {
				fmt.Println(path, diags)
				failed = true
				continue
			}
			var out strings.Builder
			if diags.HasErrors() {
				for _, diag := range diags {
					fmt.Fprintf(&out, "%d %s\n", diag.Subject.Start.Line, diag.Summary)
				}
			} else {
				body(&out, file.Body.(*hclsyntax.Body), "")
			}
			if err := os.WriteFile(strings.TrimSuffix(path, ".tf")+".txt", []byte(out.String()), 0o644); err != nil {
				panic(err)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func body(out *strings.Builder, b *hclsyntax.Body, indent string) {
	var attributes []*hclsyntax.Attribute
	for _, attribute := range b.Attributes {
		attributes = append(attributes, attribute)
	}
	sort.Slice(attributes, func(i, j int) bool {
		return attributes[i].NameRange.Start.Byte < attributes[j].NameRange.Start.Byte
	})
	for _, attribute := range attributes {
		fmt.Fprintf(out, "%s%s %s = %s\n", indent, at(attribute.NameRange), attribute.Name, expression(attribute.Expr))
	}
	for _, block := range b.Blocks {
		fmt.Fprintf(out, "%s%s %s", indent, at(block.TypeRange), block.Type)
		for i, label := range block.Labels {
			fmt.Fprintf(out, " %s %s", at(block.LabelRanges[i]), quote(label))
		}
		out.WriteString("\n")
		body(out, block.Body, indent+"  ")
	}
}

// Line and column, which is counted in UTF-16 units.
func at(r hcl.Range) string {
	before := strings.TrimPrefix(string(source[:r.Start.Byte]), "\ufeff")
	start := strings.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("%d:%d", r.Start.Line, len(utf16.Encode([]rune(before[start:])))+1)
}

func quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < ' ' || r > '~':
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&out, "\\u%04x", unit)
			}
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

func text(r hcl.Range) string {
	return string(source[r.Start.Byte:r.End.Byte])
}

func literal(v cty.Value, written string) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.Bool:
		if v.True() {
			return "true"
		}
		return "false"
	case v.Type() == cty.String:
		return quote(v.AsString())
	default:
		return written
	}
}

func parts(list []hclsyntax.Expression) string {
	var items []string
	pending, isText := "", false
	flush := func() {
		if isText && pending != "" {
			items = append(items, quote(pending))
		}
		pending, isText = "", false
	}
	onlyText := true
	for _, part := range list {
		if lit, ok := part.(*hclsyntax.LiteralValueExpr); ok && lit.Val.Type() == cty.String && !lit.Val.IsNull() {
			pending, isText = pending+lit.Val.AsString(), true
			continue
		}
		onlyText = false
		flush()
		items = append(items, expression(part))
	}
	if onlyText {
		return quote(pending)
	}
	flush()
	return "(template " + strings.Join(items, " ") + ")"
}

// What a path of steps begins with, and its steps.
func steps(e hclsyntax.Expression) (hclsyntax.Expression, string, []string) {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return nil, "(" + e.Traversal.RootName() + "@" + at(e.SrcRange) + ")", traversal(e.Traversal[1:])
	case *hclsyntax.RelativeTraversalExpr:
		base, name, path := steps(e.Source)
		return base, name, append(path, traversal(e.Traversal)...)
	case *hclsyntax.IndexExpr:
		base, name, path := steps(e.Collection)
		return base, name, append(path, "["+expression(e.Key)+"]")
	case *hclsyntax.SplatExpr:
		base, name, path := steps(e.Source)
		marker := ".*"
		if strings.HasPrefix(text(e.MarkerRange), "[") {
			marker = "[*]"
		}
		path = append(path, marker)
		_, _, each := steps(e.Each)
		return base, name, append(path, each...)
	case *hclsyntax.AnonSymbolExpr:
		return nil, "", nil
	}
	return e, "", nil
}

func traversal(t hcl.Traversal) []string {
	var path []string
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			path = append(path, "."+step.Name)
		case hcl.TraverseIndex:
			written := ""
			if step.Key.Type() == cty.Number {
				written = step.Key.AsBigFloat().Text('f', -1)
			}
			path = append(path, "["+literal(step.Key, written)+"]")
		default:
			panic(fmt.Sprintf("%T", step))
		}
	}
	return path
}

func expression(e hclsyntax.Expression) string {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return literal(e.Val, text(e.SrcRange))
	case *hclsyntax.ParenthesesExpr:
		return expression(e.Expression)
	case *hclsyntax.TemplateExpr:
		return parts(e.Parts)
	case *hclsyntax.TemplateWrapExpr:
		inner := expression(e.Wrapped)
		if strings.HasPrefix(inner, "\"") {
			return inner
		}
		return "(template " + inner + ")"
	case *hclsyntax.TemplateJoinExpr:
		return "(join " + expression(e.Tuple) + ")"
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr, *hclsyntax.SplatExpr:
		base, name, path := steps(e)
		if base != nil {
			name = expression(base)
		}
		if len(path) == 0 {
			return name
		}
		return "(" + name + " " + strings.Join(path, " ") + ")"
	case *hclsyntax.FunctionCallExpr:
		items := []string{"call", e.Name + "@" + at(e.NameRange)}
		for _, argument := range e.Args {
			items = append(items, expression(argument))
		}
		if e.ExpandFinal {
			items = append(items, "...")
		}
		return "(" + strings.Join(items, " ") + ")"
	case *hclsyntax.ConditionalExpr:
		return "(if " + expression(e.Condition) + " " + expression(e.TrueResult) + " " + expression(e.FalseResult) + ")"
	case *hclsyntax.UnaryOpExpr:
		name := "!"
		if e.Op == hclsyntax.OpNegate {
			name = "-"
		}
		return "(" + name + " " + expression(e.Val) + ")"
	case *hclsyntax.BinaryOpExpr:
		names := map[*hclsyntax.Operation]string{
			hclsyntax.OpLogicalOr: "||", hclsyntax.OpLogicalAnd: "&&", hclsyntax.OpEqual: "==", hclsyntax.OpNotEqual: "!=",
			hclsyntax.OpGreaterThan: ">", hclsyntax.OpGreaterThanOrEqual: ">=", hclsyntax.OpLessThan: "<", hclsyntax.OpLessThanOrEqual: "<=",
			hclsyntax.OpAdd: "+", hclsyntax.OpSubtract: "-", hclsyntax.OpMultiply: "*", hclsyntax.OpDivide: "/", hclsyntax.OpModulo: "%",
		}
		return "(" + names[e.Op] + " " + expression(e.LHS) + " " + expression(e.RHS) + ")"
	case *hclsyntax.TupleConsExpr:
		var items []string
		for _, item := range e.Exprs {
			items = append(items, expression(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case *hclsyntax.ObjectConsExpr:
		var items []string
		for _, item := range e.Items {
			items = append(items, expression(item.KeyExpr)+": "+expression(item.ValueExpr))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case *hclsyntax.ObjectConsKeyExpr:
		if !e.ForceNonLiteral {
			if word := hcl.ExprAsKeyword(e.Wrapped); word != "" {
				return quote(word)
			}
		}
		return expression(e.Wrapped)
	case *hclsyntax.ForExpr:
		items := []string{"for", e.KeyVar + "," + e.ValVar, expression(e.CollExpr)}
		if e.KeyExpr != nil {
			items = append(items, expression(e.KeyExpr), "=>")
		}
		items = append(items, expression(e.ValExpr))
		if e.Group {
			items = append(items, "...")
		}
		if e.CondExpr != nil {
			items = append(items, "if", expression(e.CondExpr))
		}
		return "(" + strings.Join(items, " ") + ")"
	}
	panic(fmt.Sprintf("%T", e))
}
