//! What the store promises, on SQLite and PostgreSQL alike.

#[cfg(test)]
mod both;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod subjects;
#[cfg(test)]
mod writes;
