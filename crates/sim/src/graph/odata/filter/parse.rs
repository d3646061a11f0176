use super::lex::{Token, invalid, lex};
use super::{Compare, Expr, Literal};
use crate::graph::refusal::Refusal;

/// Reads a filter.
pub(in crate::graph::odata) fn parse(text: &str) -> Result<Expr, Refusal> {
    let mut parser = Parser {
        text,
        tokens: lex(text)?,
        at: 0,
        variables: Vec::new(),
        depth: 0,
    };
    let expr = parser.or()?;
    if parser.at == parser.tokens.len() {
        Ok(expr)
    } else {
        Err(parser.syntax())
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<String>,
    depth: usize,
}

/// How deep parentheses may stand in each other; Graph allows about as many.
const DEEPEST: usize = 50;

impl Parser<'_> {
    fn syntax(&self) -> Refusal {
        invalid(self.text, "Syntax error")
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.get(self.at) == Some(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.takes(&Token::Word(word.to_owned()))
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), Refusal> {
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(self.syntax())
        }
    }

    fn or(&mut self) -> Result<Expr, Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(invalid(self.text, "The recursion limit has been exceeded"));
        }
        let mut left = self.and()?;
        while self.takes_word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, Refusal> {
        let mut left = self.not()?;
        while self.takes_word("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, Refusal> {
        if self.takes_word("not") {
            return Ok(Expr::Not(Box::new(self.primary()?)));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, Refusal> {
        match self.next() {
            Some(Token::Open) => {
                let expr = self.or()?;
                self.expect(&Token::Close)?;
                Ok(expr)
            }
            Some(Token::Word(word)) if self.takes(&Token::Open) => self.call(&word),
            Some(Token::Word(word)) => self.comparison(&word),
            _ => Err(self.syntax()),
        }
    }

    /// `startsWith(path,'text')`, `path/any(x:…)`
    fn call(&mut self, word: &str) -> Result<Expr, Refusal> {
        if let Some((collection, function)) = word.rsplit_once('/') {
            return match function.to_ascii_lowercase().as_str() {
                "any" => self.any(collection),
                other => Err(self.unsupported(other)),
            };
        }
        let make: fn(String, String) -> Expr = match word.to_ascii_lowercase().as_str() {
            "startswith" => Expr::StartsWith,
            "endswith" => Expr::EndsWith,
            other => return Err(self.unsupported(other)),
        };
        let Some(Token::Word(path)) = self.next() else {
            return Err(self.syntax());
        };
        let path = self.resolve(&path);
        self.expect(&Token::Comma)?;
        let Some(Token::Literal(Literal::Text(text))) = self.next() else {
            return Err(self.syntax());
        };
        self.expect(&Token::Close)?;
        Ok(make(path, text))
    }

    fn unsupported(&self, function: &str) -> Refusal {
        Refusal::unsupported_query(format!(
            "Unsupported query: the function '{function}' in '{}'.",
            self.text
        ))
    }

    fn any(&mut self, collection: &str) -> Result<Expr, Refusal> {
        let Some(Token::Word(variable)) = self.next() else {
            return Err(self.syntax());
        };
        self.expect(&Token::Colon)?;
        let collection = self.resolve(collection);
        self.variables.push(variable);
        let inner = self.or()?;
        self.variables.pop();
        self.expect(&Token::Close)?;
        Ok(Expr::Any(collection, Box::new(inner)))
    }

    /// A path without the variable of the lambda that it stands in.
    fn resolve(&self, path: &str) -> String {
        let Some(variable) = self.variables.last() else {
            return path.to_owned();
        };
        match path.strip_prefix(variable.as_str()) {
            Some("") => String::new(),
            Some(rest) => rest.strip_prefix('/').unwrap_or(path).to_owned(),
            None => path.to_owned(),
        }
    }

    fn comparison(&mut self, path: &str) -> Result<Expr, Refusal> {
        let path = self.resolve(path);
        let Some(Token::Word(operator)) = self.next() else {
            return Err(self.syntax());
        };
        if operator == "in" {
            return self.list(path);
        }
        let compare = match operator.as_str() {
            "eq" => Compare::Eq,
            "ne" => Compare::Ne,
            "gt" => Compare::Gt,
            "ge" => Compare::Ge,
            "lt" => Compare::Lt,
            "le" => Compare::Le,
            _ => return Err(self.syntax()),
        };
        match self.next() {
            Some(Token::Literal(literal)) => Ok(Expr::Compare(path, compare, literal)),
            _ => Err(self.syntax()),
        }
    }

    fn list(&mut self, path: String) -> Result<Expr, Refusal> {
        self.expect(&Token::Open)?;
        let mut values = Vec::new();
        loop {
            let Some(Token::Literal(literal)) = self.next() else {
                return Err(self.syntax());
            };
            values.push(literal);
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => break,
                _ => return Err(self.syntax()),
            }
        }
        if values.len() > 15 {
            return Err(Refusal::unsupported_query(
                "Too many child clauses specified in search filter expression containing 'OR' \
                 operators. Max allowed: 15.",
            ));
        }
        Ok(Expr::In(path, values))
    }
}
